import { mechanismPoolUnchecked } from '../../emission/index.js'
import { type Alpha, asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import type { Position } from '../money/stake.js'
import { tradingReserves } from '../money/trades.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { whyLocked } from './whyNotRemoveStake.js'

/** Stake on its way from one position to another. */
export interface Move {
  readonly from: Position
  readonly to: Position
  /** Worth at most as much as the position. */
  readonly amountAlpha: Alpha
}

/** What is asked of some moves, in its turn. */
export interface MoveChecks<P, S> {
  /** Why less than what is offered will not do. */
  readonly whyPastLimit: () => P | null
  /** Why a subnet is closed to it. */
  readonly whyShut: (netuid: Netuid) => S | null
}

/** Why stake does not move, in the order of the checks, before those of a limit. */
export const MOVE_STAKE_REFUSALS = [
  'SameNetuid',
  'SubnetNotExists',
  'SubtokenDisabled',
  'HotKeyAccountNotExists',
  'InsufficientLiquidity',
  'AmountTooLow',
] as const

type MoveStakeRefusal = RefusalOf<(typeof MOVE_STAKE_REFUSALS)[number] | 'StakeUnavailable'>

/**
 * The first reason why stake cannot move; `null` when it can.
 *
 * @source spec: `spec/chain.md` 10.3, steps 3 to 9
 */
export function whyNotMoveStake<P, S>(
  context: BlockContext,
  move: Move,
  { whyPastLimit, whyShut }: MoveChecks<P, S>,
): MoveStakeRefusal | P | S | null {
  const { state } = context
  const { from, to, amountAlpha } = move
  if (from.netuid === to.netuid && from.hotkey === to.hotkey && from.coldkey === to.coldkey) {
    return refuse('SameNetuid', {
      netuid: from.netuid,
      hotkey: asHotkey(state.addressOf(from.hotkey)),
      coldkey: asColdkey(state.addressOf(from.coldkey)),
    })
  }
  const netuids = [from.netuid, to.netuid]
  for (const netuid of netuids) {
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetNotExists', { netuid })
    }
  }
  const closed = netuids.find((netuid) => !state.subnet(netuid).subtokenEnabled)
  if (closed !== undefined) return refuse('SubtokenDisabled', { netuid: closed })
  const unknown = [from.hotkey, to.hotkey].find((hotkey) => ownerOf(state, hotkey) === undefined)
  if (unknown !== undefined) {
    return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(unknown)) })
  }
  const isAcross = from.netuid !== to.netuid
  const unsellable = isAcross ? (whyNotSold(context, move) ?? whyPastLimit()) : null
  const shut = unsellable ?? whyShut(from.netuid) ?? whyShut(to.netuid)
  if (shut !== null) return shut
  return isAcross ? whyLocked(context, from, amountAlpha) : null
}

/** Why stake cannot leave its subnet: not for enough. */
function whyNotSold({ state, config }: BlockContext, { from, amountAlpha }: Move): MoveStakeRefusal | null {
  const sold = mechanismPoolUnchecked.sell(tradingReserves(state, from.netuid), amountAlpha)
  if (!sold.ok) {
    const given = { netuid: from.netuid, offeredAlpha: amountAlpha, limitRaoPerAlpha: null }
    return refuse('InsufficientLiquidity', { because: 'selling', ...given })
  }
  const { minStakeRao: leastRao } = config
  return sold.outRao <= leastRao
    ? refuse('AmountTooLow', { because: 'movesLittle', amountAlpha, worthRao: sold.outRao, leastRao })
    : null
}
