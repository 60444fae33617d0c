import { z } from 'zod'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from '../../../src/mechanism/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

const guess = defineSynapse({ name: 'guess', request: z.number(), answer: z.number() })

/** Miners say a number back; the state counts each hotkey's right answers. */
export class Guess extends IncentiveMechanism<number, number, { readonly [hotkey: string]: number }> {
  readonly synapse = guess
  override readonly answerTimeoutMs: number = 100

  initialState() {
    return {}
  }

  createTask({ random }: TaskSeed) {
    return random.int(1_000)
  }

  score({ task, responses, state }: ScoreRound<number, number, { readonly [hotkey: string]: number }>) {
    const right = responses.filter(({ answer }) => answer === task).map(({ hotkey }) => hotkey)
    const counted = Object.fromEntries(right.map((hotkey) => [hotkey, (state[hotkey] ?? 0) + 1]))
    const scores = new Map(responses.map(({ hotkey, answer }) => [hotkey, Number(answer === task)]))
    return { scores, state: { ...state, ...counted } }
  }
}
