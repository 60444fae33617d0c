import type { Alpha, BlockNumber, Coldkey, Hotkey, Uid } from '../../units/index.js'
import { findUidPlace, isOwnerHotkey } from '../neurons/assignUid.js'
import { replacement } from '../neurons/replacement.js'
import { immortalUids, isImmune } from '../rules/uidToReplace.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs, neurons } from '../state/tables.js'
import { netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** Why a registration would get the uid that it gets, or none. */
export type NextUidReason =
  /** There is room: nobody leaves. */
  | 'free'
  /** Of the neurons past their immunity, who earned least leaves. */
  | 'leastOfNonImmune'
  /** No more than `minNonImmuneUids` are past their immunity: who earned least of the immune ones leaves. */
  | 'leastOfImmune'
  /** All are immune or never replaced: a registration is refused. */
  | 'nobodyMayLeave'
  /** It would be the turn of the owner's hotkey, which stays: a registration is paid, and gets no uid. */
  | 'ownerHotkeyStays'

/** What the next registration on a subnet would get, and who would leave for it. */
export interface NextUidView {
  readonly because: NextUidReason
  /** `null` for none. */
  readonly uid: Uid | null
  /** Who has the uid now; `null` where nobody leaves. */
  readonly leaves: {
    readonly hotkey: Hotkey
    readonly coldkey: Coldkey
    /** What it earned in the last epoch, as server and validator. */
    readonly emissionAlpha: Alpha
    readonly registeredAtBlock: BlockNumber
  } | null
  /** Neurons that may leave, past their immunity and within it. */
  readonly nonImmune: number
  readonly immune: number
  /** Uids of the owner that are never replaced, ascending. */
  readonly neverReplaced: readonly Uid[]
}

/**
 * Which uid the next registration on a subnet gets, and why; `null` where there is no such subnet, and for root, whose seats go by stake.
 *
 * PERF: a step per neuron.
 */
export const nextUid = defineQuery({ netuid }, ({ state, config }, args): NextUidView | null => {
  if (args.netuid === ROOT || state.findSubnet(args.netuid) === undefined) return null
  const block = state.chain.block + 1
  const { candidates, ...rule } = replacement(state, args.netuid, block)
  const never = immortalUids(candidates, rule)
  const mortal = candidates.filter(({ uid }) => !never.has(uid))
  const nonImmune = mortal.filter((neuron) => !isImmune(neuron, rule)).length
  const standing = {
    nonImmune,
    immune: mortal.length - nonImmune,
    neverReplaced: [...never].sort((a, b) => a - b),
  }
  const place = findUidPlace({ state, block }, args.netuid)
  if (place === null) return { because: 'nobodyMayLeave', uid: null, leaves: null, ...standing }
  const { kind, uid } = place
  if (kind === 'append') return { because: 'free', uid, leaves: null, ...standing }
  if (isOwnerHotkey(state, args.netuid, uid)) {
    return { because: 'ownerHotkeyStays', uid: null, leaves: null, ...standing }
  }
  const because = candidates.some((one) => one.uid === uid && isImmune(one, rule))
    ? 'leastOfImmune'
    : 'leastOfNonImmune'
  return { because, uid, leaves: neuronView(state, config.defaultTakeU16, args.netuid, uid), ...standing }
})

function neuronView(
  state: LedgerState,
  defaultTakeU16: number,
  netuid: number,
  uid: Uid,
): NextUidView['leaves'] {
  const { hotkeyAddress, coldkeyAddress } = state.members(netuid, defaultTakeU16)
  const [hotkey, coldkey] = [hotkeyAddress[uid], coldkeyAddress[uid]]
  if (hotkey === undefined || coldkey === undefined) return null
  return {
    hotkey,
    coldkey,
    emissionAlpha: state.required(epochs, netuid).emissionAlpha[uid] ?? 0n,
    registeredAtBlock: state.required(neurons, netuid).registeredAtBlock[uid] ?? 0,
  }
}
