import { asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { lockClock, ownerSums } from '../money/lockSums.js'
import { assignUid, findUidPlace } from '../neurons/assignUid.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { type Aggregates, ownerByConviction } from '../rules/locks/ownerByConviction.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hotkeyLocks, reserves } from '../state/tables.js'
import { changeOwnerHotkey } from '../subnets/changeOwnerHotkey.js'

/**
 * Gives a subnet to the coldkey whose hotkey others locked most to for longest, where conviction is enough for it. The hotkey gets a uid, unless
 * it has one; where it can get none, nothing happens.
 *
 * @source spec: `spec/chain.md` 10.5, 13.7
 * PERF: a few look-ups in a subnet's first year, then one step per hotkey that somebody locked to.
 */
export function changeOwner(context: BlockContext, netuid: Netuid): void {
  const { state, config } = context
  if (!config.ownershipByConviction) return
  const { owner, ownerHotkey, registeredAtBlock } = state.subnet(netuid)
  const clock = lockClock(context)
  const facts = {
    alphaOut: state.cell(reserves, netuid, 'alphaOut'),
    registeredAtBlock,
    ownerHotkey,
    ownerColdkey: owner,
    ownerAggregates: ownerSums(state, netuid),
    hotkeyAggregates: allHotkeySums(state, netuid),
    coldkeyOf: (hotkey: AccountId) => ownerOf(state, hotkey) ?? null,
  }
  const next = ownerByConviction(facts, clock)
  if (next === null || !hasUid(context, netuid, next.hotkey)) return
  changeOwnerHotkey(context, netuid, next.hotkey)
  state.setSubnet(netuid, { owner: next.coldkey })
  context.emit('SubnetOwnerChanged', netuid, {
    oldOwner: asColdkey(state.addressOf(owner)),
    newOwner: asColdkey(state.addressOf(next.coldkey)),
    newHotkey: asHotkey(state.addressOf(next.hotkey)),
  })
}

function* allHotkeySums(state: LedgerState, netuid: Netuid): Iterable<readonly [AccountId, Aggregates]> {
  for (const [[, hotkey], sums] of state.rangeFrom(hotkeyLocks, [netuid])) yield [hotkey, sums]
}

/** Whether the hotkey has a uid, by now if it had none. */
function hasUid(context: BlockContext, netuid: Netuid, hotkey: AccountId): boolean {
  if (context.state.uidOf(netuid, hotkey) !== undefined) return true
  const place = findUidPlace(context, netuid)
  if (place === null) return false
  assignUid(context, netuid, place, hotkey)
  return true
}
