import { z } from 'zod'
import {
  type Played,
  ProtocolMechanism,
  type Round,
  type RoundLimits,
  type SoldSynapse,
  scoresOf,
} from '../../../../src/mechanism/index.js'
import type { Validator } from '../../../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../../../src/synapse/index.js'
import { Guess } from '../Guess.js'

export const rent = defineSynapse({
  name: 'rent',
  request: z.number(),
  answer: z.object({ lease: z.number() }),
})
export const spell = defineStream({ name: 'spell', request: z.string(), chunk: z.string() })
export const hurried = defineSynapse({
  name: 'hurried',
  request: z.string(),
  answer: z.string(),
  idempotent: true,
})

export type ShopState = {
  readonly rents: readonly string[]
  readonly spelt: readonly string[]
  readonly hurried: readonly string[]
  /** When the last part came of what was last spelt. */
  readonly lastAtMs: number
}

/** Miners rent and spell; the state says what customers were given. */
export class Shop extends ProtocolMechanism<ShopState> {
  override readonly sells: readonly SoldSynapse[]
  override readonly roundLimits: Partial<RoundLimits>
  override readonly tasksPerRound: number
  /** Rounds that fail from now on. */
  failures = 0

  /** @param slack - how many times longer miners may take, where time is real. */
  constructor(roundLimits: Partial<RoundLimits> = {}, tasksPerRound = 1, slack = 1) {
    super()
    this.sells = [
      { synapse: rent, keep: 'all', timeoutMs: 500 * slack },
      { synapse: spell, keep: 'onePerMiner', timeoutMs: 800 * slack },
      { synapse: hurried, keep: 'all' },
    ]
    this.roundLimits = roundLimits
    this.tasksPerRound = tasksPerRound
  }

  initialState(): ShopState {
    return { rents: [], spelt: [], hurried: [], lastAtMs: 0 }
  }

  async play(round: Round<ShopState>) {
    const sold = { rents: round.sold(rent), spelt: round.sold(spell), hurries: round.sold(hurried) }
    return { ...sold, probes: await round.askAll(rent, 1, { timeoutMs: 500 }) }
  }

  score({ probes, rents, spelt, hurries, state }: Played<Shop>) {
    if (this.failures > 0) {
      this.failures--
      throw new Error('not today')
    }
    const last = spelt.at(-1)?.reply.parts.at(-1)?.atMs
    return {
      scores: scoresOf(probes, ({ status }) => (status === 'ok' ? 1 : 0)),
      state: {
        rents: [...state.rents, ...rents.map((row) => `${row.customer} ${row.request} ${row.reply.status}`)],
        spelt: [
          ...state.spelt,
          ...spelt.map(({ reply }) => `${reply.hotkey} ${reply.status} ${wordOf(reply.parts)}`),
        ],
        hurried: [...state.hurried, ...hurries.map(({ hotkey, reply }) => `${hotkey} ${reply.status}`)],
        lastAtMs: last ?? state.lastAtMs,
      },
    }
  }
}

const wordOf = (parts: readonly { readonly chunk: string }[]): string =>
  parts.map(({ chunk }) => chunk).join('')

/** `Guess`, which customers may ask. */
export class SoldGuess extends Guess {
  override readonly sells: readonly SoldSynapse[] = [{ synapse: this.synapse, keep: 'onePerMiner' }]
}

/** Where a validator of a network is called by customers. */
export function doorOf(
  network: { validator(name: string): Pick<Validator<never, never, never>, 'hotkey' | 'customers'> },
  name: string,
) {
  const { hotkey, customers } = network.validator(name)
  if (customers === undefined) throw new TypeError(`${name} has no customers.`)
  return { hotkey, ...customers.address }
}
