import { mechanismPoolUnchecked } from '../../emission/index.js'
import { type Alpha, asColdkey, asHotkey } from '../../units/index.js'
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
  /** The most that a price limit lets out; `null` where less than what is offered will do, or there is no limit. */
  readonly mostAlpha: Alpha | null
  /** Whether it goes to somebody else, for which subnets can be closed. */
  readonly isTransfer: boolean
}

/** Why stake does not move, in the order of the checks. */
export const MOVE_STAKE_REFUSALS = [
  'SameNetuid',
  'SubnetNotExists',
  'SubtokenDisabled',
  'HotKeyAccountNotExists',
  'InsufficientLiquidity',
  'AmountTooLow',
  'SlippageTooHigh',
  'TransferDisallowed',
  'StakeUnavailable',
] as const

type MoveStakeRefusal = RefusalOf<(typeof MOVE_STAKE_REFUSALS)[number]>

/**
 * The first reason why stake cannot move; `null` when it can.
 *
 * @source spec: `spec/chain.md` 10.3, steps 3 to 9
 */
export function whyNotMoveStake(context: BlockContext, move: Move): MoveStakeRefusal | null {
  const { state } = context
  const { from, to, amountAlpha, isTransfer } = move
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
  const unsellable = isAcross ? whyNotSold(context, move) : null
  if (unsellable !== null) return unsellable
  const shut = netuids.find((netuid) => isTransfer && !state.hyperparameters(netuid).transfersEnabled)
  if (shut !== undefined) return refuse('TransferDisallowed', { netuid: shut })
  return isAcross ? whyLocked(context, from, amountAlpha) : null
}

/** Why stake cannot leave its subnet: not for enough, or past the limit. */
function whyNotSold(
  { state, config }: BlockContext,
  { from, amountAlpha, mostAlpha }: Move,
): MoveStakeRefusal | null {
  const sold = mechanismPoolUnchecked.sell(tradingReserves(state, from.netuid), amountAlpha)
  if (!sold.ok) {
    const given = { netuid: from.netuid, offeredAlpha: amountAlpha, limitRaoPerAlpha: null }
    return refuse('InsufficientLiquidity', { because: 'selling', ...given })
  }
  const { minStakeRao: leastRao } = config
  if (sold.outRao <= leastRao) {
    return refuse('AmountTooLow', { because: 'movesLittle', amountAlpha, worthRao: sold.outRao, leastRao })
  }
  return mostAlpha !== null && amountAlpha > mostAlpha
    ? refuse('SlippageTooHigh', { because: 'selling', offeredAlpha: amountAlpha, mostAlpha })
    : null
}
