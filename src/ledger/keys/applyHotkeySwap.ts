import { asHotkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { refuse } from '../BlockContext.js'
import { forgetHotkey, rememberHotkey } from '../money/stakingHotkeys.js'
import type { LedgerState } from '../state/LedgerState.js'
import {
  hotkeySwaps,
  hotkeys,
  sharesByHotkey,
  stakingHotkeyPlaces,
  subnetHotkeySwaps,
} from '../state/tables.js'
import { swapHotkeyOn } from './swapHotkeyOn.js'
import {
  type HotkeySwap,
  type HotkeySwapRefusal,
  hotkeySwapCostRao,
  netuidsOf,
  takesPart,
  whyNotSwapHotkey,
} from './whyNotSwapHotkey.js'

/**
 * Puts a hotkey in the place of another of the same coldkey, on one subnet or on all. Refused, it may be half done: the caller undoes it.
 *
 * @source spec: `spec/chain.md` 10.7
 * PERF: as of one subnet, for each; on all subnets also a step per position on the old hotkey.
 */
export function applyHotkeySwap(context: BlockContext, swap: HotkeySwap): HotkeySwapRefusal | null {
  const refused = whyNotSwapHotkey(context, swap)
  if (refused !== null) return refused
  const { state, block } = context
  const { coldkey, oldHotkey, netuid, keepStake } = swap
  const costRao = hotkeySwapCostRao(context, swap)
  state.setBalanceRao(coldkey, state.balanceRao(coldkey) - costRao)
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao - costRao })
  const netuids = netuidsOf(context, swap)
  const held = netuids.filter((at) => netuid !== null || takesPart(context, at, oldHotkey))
  const stakers = new Set(state.range(sharesByHotkey, oldHotkey).map(([[, staker]]) => staker))
  takeOver(state, swap)
  for (const at of netuids) {
    if (swapHotkeyOn(context, at, swap)) continue
    return refuse('InvalidChild', {
      because: 'ofSwap',
      netuid: at,
      oldHotkey: asHotkey(state.addressOf(oldHotkey)),
      newHotkey: asHotkey(state.addressOf(swap.newHotkey)),
    })
  }
  if (netuid === null && !keepStake) {
    for (const staker of stakers) replaceInList(state, staker, swap)
  }
  // Of a subnet that is not there nothing is kept; the reference would, until it is there and ends.
  for (const at of held) {
    if (state.findSubnet(at) !== undefined) state.set(subnetHotkeySwaps, [at, coldkey], block)
  }
  state.set(hotkeySwaps, [coldkey], block)
  return null
}

/**
 * The new hotkey is the coldkey's own, and waits for a raise of its take as the old one does. Swapped on all subnets, the old one is nobody's from then
 * on, also where stake stays on it, and its take is the new one's.
 */
function takeOver(state: LedgerState, { coldkey, oldHotkey, newHotkey, netuid }: HotkeySwap): void {
  const { takeU16, takeChangedAtBlock } = state.required(hotkeys, oldHotkey)
  const own = state.get(hotkeys, newHotkey)?.takeU16 ?? null
  const taken = netuid === null ? (takeU16 ?? own) : own
  state.set(hotkeys, [newHotkey], { owner: coldkey, takeU16: taken, takeChangedAtBlock })
  if (netuid === null) state.delete(hotkeys, oldHotkey)
}

/** On a staker's list the new hotkey comes last, in place of the old one. */
function replaceInList(
  state: LedgerState,
  coldkey: HotkeySwap['coldkey'],
  { oldHotkey, newHotkey }: HotkeySwap,
): void {
  if (!state.hasAny(stakingHotkeyPlaces, coldkey, oldHotkey)) return
  forgetHotkey(state, coldkey, oldHotkey)
  forgetHotkey(state, coldkey, newHotkey)
  rememberHotkey(state, coldkey, newHotkey)
}
