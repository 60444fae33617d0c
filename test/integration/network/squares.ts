import { z } from 'zod'
import { type Played, ProtocolMechanism, type Round, scoresOf } from '../../../src/mechanism/index.js'
import { answerTo, type SynapseAnswer } from '../../../src/neuron/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

export const seal = defineSynapse({ name: 'seal', request: z.number(), answer: z.string() })
export const reveal = defineSynapse({ name: 'reveal', request: z.number(), answer: z.number() })

/** Miners seal the square of a number, then show it: it must be right, and what they sealed. */
export class Squares extends ProtocolMechanism<number> {
  initialState() {
    return 0
  }

  async play(round: Round<number>) {
    const n = 2 + round.random('n').int(1_000)
    return { n, seals: await round.askAll(seal, n), shown: await round.askAll(reveal, n) }
  }

  score({ n, seals, shown, state }: Played<Squares>) {
    const sealed = new Map(seals.map(({ hotkey, answer }) => [hotkey, answer]))
    const scores = scoresOf(shown, ({ hotkey, answer }) =>
      Number(answer === n * n && sealed.get(hotkey) === String(answer)),
    )
    return { scores, state: state + 1 }
  }
}

/** Seals and shows a power of the number: the second is right. */
export const powers = (by: number): readonly SynapseAnswer[] => [
  answerTo(seal, (n) => String(n ** by)),
  answerTo(reveal, (n) => n ** by),
]
