import type { SeededRandom } from '../../math/index.js'
import type { SoldCall, SoldSynapse } from '../../mechanism/index.js'
import type { Metagraph } from '../../metagraph/index.js'
import type { Hotkey } from '../../units/index.js'
import type { SoldRow, SoldRows } from './SoldRows.js'

/** What a round is given of one synapse. @param secret - chance that no miner can know, by label. */
export type SoldCalls = (
  synapse: string,
  secret: (label: string) => SeededRandom,
) => readonly SoldCall<unknown, never>[]

/** The customers' calls that one round is lent. */
export class SoldLoan {
  readonly #lent: ReadonlyMap<string, { readonly rows: SoldRows; readonly lent: readonly SoldRow[] }>
  /** Synapses whose rows the round asked for. */
  readonly #taken = new Set<string>()
  #isSettled = false
  readonly #keepOf: (synapse: string) => SoldSynapse['keep'] | undefined

  constructor(
    rows: ReadonlyMap<string, SoldRows>,
    keepOf: (synapse: string) => SoldSynapse['keep'] | undefined,
  ) {
    this.#lent = new Map([...rows].map(([name, one]) => [name, { rows: one, lent: one.lend() }]))
    this.#keepOf = keepOf
  }

  /** What a round over this subnet is given: rows of miners that are still those that were asked. */
  callsIn(metagraph: Metagraph): SoldCalls {
    const { registeredAtBlock } = metagraph.columns
    return (synapse, secret) => {
      this.#taken.add(synapse)
      const calls = (this.#lent.get(synapse)?.lent ?? []).flatMap((row) => {
        const uid = metagraph.uidOf(row.hotkey)
        if (uid === undefined || registeredAtBlock[uid] !== row.registeredAtBlock) return []
        const { hotkey, customer, request, reply } = row
        return [{ hotkey, uid, customer, request, reply: { ...reply, uid } as never }]
      })
      return this.#keepOf(synapse) === 'all' ? calls : onePerMiner(calls, synapse, secret)
    }
  }

  /**
   * The round has counted, or waits and has written down what it was given.
   *
   * @param which - `taken` leaves what the round did not ask for to the next: a round that waits may ask for it when it goes on, and one that goes on has asked before.
   */
  settle(which: 'all' | 'taken'): void {
    this.#isSettled = true
    for (const [synapse, { rows, lent }] of this.#lent)
      if (which === 'all' || this.#taken.has(synapse)) rows.settle(lent)
      else rows.giveBack(lent)
  }

  /** The round has ended: where it has not counted, the next one is lent them. */
  giveBack(): void {
    if (this.#isSettled) return
    for (const { rows, lent } of this.#lent.values()) rows.giveBack(lent)
  }
}

function onePerMiner(
  calls: readonly SoldCall<unknown, never>[],
  synapse: string,
  secret: (label: string) => SeededRandom,
): readonly SoldCall<unknown, never>[] {
  const ofMiner = new Map<Hotkey, SoldCall<unknown, never>[]>()
  for (const call of calls) {
    const before = ofMiner.get(call.hotkey)
    if (before === undefined) ofMiner.set(call.hotkey, [call])
    else before.push(call)
  }
  return [...ofMiner].map(([hotkey, own]) => secret(`\0sold/${synapse}/${hotkey}`).pick(own))
}
