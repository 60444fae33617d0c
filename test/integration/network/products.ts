import { z } from 'zod'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from '../../../src/mechanism/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

const product = defineSynapse({ name: 'product', request: z.array(z.number()).max(2), answer: z.number() })

/** Miners multiply; the state counts rounds. */
export class Products extends IncentiveMechanism<number[], number, number> {
  readonly synapse = product
  override readonly answerTimeoutMs: number = 200

  initialState() {
    return 0
  }

  createTask({ random }: TaskSeed): number[] {
    return [random.int(100), random.int(100)]
  }

  score({ task, responses, state }: ScoreRound<number[], number, number>) {
    const scores = responses.map(
      ({ hotkey, answer }) => [hotkey, Number(answer === rightProduct(task))] as const,
    )
    return { scores: new Map(scores), state: state + 1 }
  }
}

export const rightProduct = ([a = 0, b = 0]: readonly number[]): number => a * b
