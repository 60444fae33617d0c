import { asColdkey, asHotkey, type Netuid, type Rao, type Uid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { hotkeyAlpha } from '../money/stake.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { laterBlock } from '../rules/laterBlock.js'
import { type AccountId, isSystemAccount, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, rootClaimRates, uids, uidsByHotkey } from '../state/tables.js'
import { nextSwapBlock, nextSwapBlockOn } from './swapClocks.js'

/** Which hotkey takes the place of which, and where. */
export interface HotkeySwap {
  readonly coldkey: AccountId
  readonly oldHotkey: AccountId
  readonly newHotkey: AccountId
  /** `null` for all subnets. */
  readonly netuid: Netuid | null
  /** Whether stake stays on the old hotkey. */
  readonly keepStake: boolean
}

/** Why a hotkey is not swapped, in the order of the checks. */
export const HOTKEY_SWAP_REFUSALS = [
  'NonAssociatedColdKey',
  'NewHotKeyIsSameWithOld',
  'CannotUseSystemAccount',
  'HotKeySetTxRateLimitExceeded',
  'HotKeyAlreadyRegisteredInSubNet',
  'NewHotKeyNotCleanForRootSwap',
  'HotKeySwapOnSubnetIntervalNotPassed',
  'NotEnoughBalanceToPaySwapHotKey',
  'InsufficientBalance',
  'InvalidChild',
] as const

export type HotkeySwapRefusal = RefusalOf<(typeof HOTKEY_SWAP_REFUSALS)[number]>

/**
 * Why a coldkey may not swap its hotkey, its children and parents apart.
 *
 * @source spec: `spec/chain.md` 10.7
 * PERF: a look-up or two; for all subnets a few per subnet.
 */
export function whyNotSwapHotkey(context: BlockContext, swap: HotkeySwap): HotkeySwapRefusal | null {
  return whyNotTheirs(context, swap) ?? whyNotNow(context, swap) ?? whyNotPaid(context, swap)
}

/** What a swap costs, which leaves the issuance. */
export function hotkeySwapCostRao({ config }: BlockContext, { netuid }: HotkeySwap): Rao {
  return netuid === null ? config.keySwapCostRao : config.hotkeySwapOnSubnetCostRao
}

/** The subnets of a swap, root first. */
export function netuidsOf(
  { state }: BlockContext,
  { netuid }: Pick<HotkeySwap, 'netuid'>,
): readonly Netuid[] {
  return netuid === null ? [ROOT, ...state.netuids()] : [netuid]
}

/** Whether the old hotkey takes part in a subnet: by a uid, or as one that lends. */
export function takesPart({ state }: BlockContext, netuid: Netuid, hotkey: AccountId): boolean {
  return state.uidOf(netuid, hotkey) !== undefined || state.get(children, netuid, hotkey) !== undefined
}

function whyNotTheirs(
  { state }: BlockContext,
  { coldkey, oldHotkey, newHotkey }: HotkeySwap,
): HotkeySwapRefusal | null {
  const newOwner = ownerOf(state, newHotkey)
  const stranger =
    ownerOf(state, oldHotkey) !== coldkey
      ? oldHotkey
      : newOwner !== undefined && newOwner !== coldkey
        ? newHotkey
        : null
  if (stranger !== null) {
    const hotkey = asHotkey(state.addressOf(stranger))
    return refuse('NonAssociatedColdKey', { hotkey, coldkey: asColdkey(state.addressOf(coldkey)) })
  }
  const hotkey = asHotkey(state.addressOf(newHotkey))
  if (oldHotkey === newHotkey) return refuse('NewHotKeyIsSameWithOld', { hotkey })
  return isSystemAccount(newHotkey)
    ? refuse('CannotUseSystemAccount', { because: 'asHotkey', account: hotkey })
    : null
}

function whyNotNow(context: BlockContext, swap: HotkeySwap): HotkeySwapRefusal | null {
  const { state, config, block } = context
  const { oldHotkey, newHotkey, netuid } = swap
  const coldkey = asColdkey(state.addressOf(swap.coldkey))
  const hotkey = asHotkey(state.addressOf(newHotkey))
  const nextBlock = nextSwapBlock(context, swap.coldkey)
  if (block < nextBlock) return refuse('HotKeySetTxRateLimitExceeded', { coldkey, nextBlock })
  const registered = uidOnOneOf(state, newHotkey, netuid)
  if (registered !== null) return refuse('HotKeyAlreadyRegisteredInSubNet', { hotkey, ...registered })
  const touchesRoot = netuid === null || netuid === ROOT
  const rootStakeRao = hotkeyAlpha(state, ROOT, newHotkey)
  if (touchesRoot && (rootStakeRao > 0n || state.hasAny(rootClaimRates, newHotkey))) {
    return refuse('NewHotKeyNotCleanForRootSwap', { hotkey, rootStakeRao })
  }
  for (const at of netuidsOf(context, swap)) {
    if (netuid === null && !takesPart(context, at, oldHotkey)) continue
    const firstEver = netuid === null ? 0 : laterBlock(0, config.hotkeySwapOnSubnetIntervalBlocks + 1)
    const next = nextSwapBlockOn(context, at, swap.coldkey) ?? firstEver
    if (block >= next) continue
    return refuse('HotKeySwapOnSubnetIntervalNotPassed', { netuid: at, coldkey, nextBlock: next })
  }
  return null
}

/** A uid of a hotkey on one subnet, or the first one that it has anywhere. */
function uidOnOneOf(
  state: LedgerState,
  hotkey: AccountId,
  netuid: Netuid | null,
): { readonly netuid: Netuid; readonly uid: Uid } | null {
  for (const [[, at]] of state.rangeFrom(uidsByHotkey, [hotkey])) {
    if (netuid === null || netuid === at) return { netuid: at, uid: state.required(uids, at, hotkey) }
  }
  return null
}

function whyNotPaid(context: BlockContext, swap: HotkeySwap): HotkeySwapRefusal | null {
  const { state, config } = context
  const costRao = hotkeySwapCostRao(context, swap)
  const balanceRao = state.balanceRao(swap.coldkey)
  if (balanceRao < costRao) return refuse('NotEnoughBalanceToPaySwapHotKey', { balanceRao, costRao })
  const keptRao = config.existentialDepositRao
  return balanceRao - costRao < keptRao
    ? refuse('InsufficientBalance', { because: 'swapping', balanceRao, costRao, keptRao })
    : null
}
