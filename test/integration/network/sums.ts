import { z } from 'zod'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from '../../../src/mechanism/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

const sum = defineSynapse({ name: 'sum', request: z.array(z.number()).max(16), answer: z.number() })

/** The smallest subnet with a right answer: miners add numbers. */
export class Sums extends IncentiveMechanism<number[], number> {
  readonly synapse = sum
  override readonly answerTimeoutMs: number

  constructor(answerTimeoutMs = 200) {
    super()
    this.answerTimeoutMs = answerTimeoutMs
  }

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed): number[] {
    return [random.int(100), random.int(100)]
  }

  score({ task, responses, state }: ScoreRound<number[], number>) {
    const truth = rightSum(task)
    const scores = responses.map(({ hotkey, answer }) => {
      return [hotkey, answer === undefined ? 0 : 1 / (1 + Math.abs(answer - truth))] as const
    })
    return { scores: new Map(scores), state }
  }
}

export const rightSum = (task: readonly number[]): number => task.reduce((total, term) => total + term, 0)
