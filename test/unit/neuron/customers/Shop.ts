import { z } from 'zod'
import {
  type Played,
  ProtocolMechanism,
  type Round,
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

export type ShopState = {
  readonly rents: readonly string[]
  readonly spelt: readonly string[]
}

/** Miners rent and spell; the state counts what customers were given, by hotkey. */
export class Shop extends ProtocolMechanism<ShopState> {
  override readonly sells: readonly SoldSynapse[] = [
    { synapse: rent, keep: 'all', timeoutMs: 500 },
    { synapse: spell, keep: 'onePerMiner', timeoutMs: 800 },
  ]

  initialState(): ShopState {
    return { rents: [], spelt: [] }
  }

  async play(round: Round<ShopState>) {
    const probes = await round.askAll(rent, 1, { timeoutMs: 500 })
    return { probes, rents: round.sold(rent), spelt: round.sold(spell) }
  }

  score({ probes, rents, spelt, state }: Played<Shop>) {
    return {
      scores: scoresOf(probes, ({ status }) => (status === 'ok' ? 1 : 0)),
      state: {
        rents: [
          ...state.rents,
          ...rents.map(({ customer, request, reply }) => `${customer} ${request} ${reply.status}`),
        ],
        spelt: [
          ...state.spelt,
          ...spelt.map(
            ({ hotkey, reply }) =>
              `${hotkey} ${reply.status} ${reply.parts.map(({ chunk }) => chunk).join('')}`,
          ),
        ],
      },
    }
  }
}

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
