import type { BlockHeader } from '../ledger/index.js'
import { type RoundMiner, taskSeed } from '../mechanism/index.js'
import type { AxonInfo, Metagraph } from '../metagraph/index.js'
import type { BlockNumber, Hotkey, Uid } from '../units/index.js'

/** A miner to ask, and where. */
export interface MinerTarget extends AxonInfo {
  readonly uid: Uid
  readonly hotkey: Hotkey
}

/** A miner that cannot be asked, and has been before. */
export type SilentMiner = Pick<MinerTarget, 'uid' | 'hotkey'>

/**
 * Chooses whom to ask in a round: every serving neuron but `self`, or the `sampleSize` of them that have waited longest, so that
 * everyone's turn comes within ceil(n / sampleSize) rounds. Those that have waited equally long are drawn by the block's hash. In uid order.
 *
 * @param options.lastAsked - the block in which each was last asked. Who never was waits since it registered.
 */
export function sampleMiners(options: {
  metagraph: Metagraph
  self: Hotkey
  sampleSize: number
  round: number
  header: BlockHeader
  lastAsked?: ReadonlyMap<Hotkey, BlockNumber>
}): MinerTarget[] {
  const { metagraph, header, round, lastAsked = new Map<Hotkey, BlockNumber>() } = options
  const { axon, hotkey, registeredAtBlock } = metagraph.columns
  const targets = hotkey.flatMap((miner, uid): MinerTarget[] => {
    const address = axon[uid]
    return address == null || miner === options.self ? [] : [{ uid, hotkey: miner, ...address }]
  })
  if (targets.length <= options.sampleSize) return targets
  // Before the first round nobody has waited longer than another.
  const since = lastAsked.size === 0 ? header.number : least(lastAsked.values()) - 1
  const waitsSince = ({ uid, hotkey }: MinerTarget): BlockNumber =>
    lastAsked.get(hotkey) ?? Math.max(registeredAtBlock[uid] ?? 0, since)
  const { random } = taskSeed({ blockHash: header.hash, netuid: metagraph.netuid, round, index: 0 })
  return (
    random
      .fork('sample')
      .shuffled(targets)
      // Sorting is stable: the draw decides among equals.
      .sort((a, b) => waitsSince(a) - waitsSince(b))
      .slice(0, options.sampleSize)
      .sort((a, b) => a.uid - b.uid)
  )
}

/** Registered hotkeys that are known and serve nothing: nobody can ask them, which is a failed answer. In uid order. */
export function silentMiners(options: {
  metagraph: Metagraph
  self: Hotkey
  isKnown: (hotkey: Hotkey) => boolean
}): SilentMiner[] {
  const { metagraph, self, isKnown } = options
  const { axon, hotkey } = metagraph.columns
  return hotkey.flatMap((one, uid) =>
    axon[uid] === null && one !== self && isKnown(one) ? [{ uid, hotkey: one }] : [],
  )
}

/** What a round says of its miners, in uid order. */
export function roundMiners(metagraph: Metagraph, miners: readonly SilentMiner[]): RoundMiner[] {
  const { coldkey, registeredAtBlock } = metagraph.columns
  return miners
    .map(({ uid, hotkey }) =>
      Object.freeze({
        hotkey,
        uid,
        coldkey: coldkey[uid]!,
        registeredAtBlock: registeredAtBlock[uid] ?? 0,
      }),
    )
    .sort((a, b) => a.uid - b.uid)
}

/** Where a registered hotkey is asked; `null` where it serves nothing, `undefined` for one that is not registered. */
export function addressIn(
  metagraph: Metagraph,
  hotkey: Hotkey,
): (SilentMiner & { readonly address: AxonInfo | null }) | undefined {
  const uid = metagraph.uidOf(hotkey)
  return uid === undefined ? undefined : { uid, hotkey, address: metagraph.columns.axon[uid] ?? null }
}

function least(values: Iterable<number>): number {
  let smallest = Number.POSITIVE_INFINITY
  for (const value of values) smallest = Math.min(smallest, value)
  return smallest
}
