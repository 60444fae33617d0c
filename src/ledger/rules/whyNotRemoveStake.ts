import { mechanismPool } from '../../emission/index.js'
import { type Alpha, describeRao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { isUnlocked } from '../money/locks.js'
import { type Position, positionValue } from '../money/stake.js'
import { tradingReserves } from '../money/trades.js'
import { ownerOf } from '../neurons/hotkeys.js'

/** What somebody wants to take out. */
export interface Withdrawal {
  readonly position: Position
  readonly offeredAlpha: Alpha
  /** The most that a price limit lets in. */
  readonly mostAlpha: Alpha
  /** Whether less than what is offered will do. */
  readonly allowPartial: boolean
}

/** Why stake is not taken out, in the order of the checks. */
export const REMOVE_STAKE_REFUSALS = [
  'SubnetNotExists',
  'AmountTooLow',
  'NotEnoughStakeToWithdraw',
  'InsufficientLiquidity',
  'SlippageTooHigh',
  'HotKeyAccountNotExists',
  'StakeUnavailable',
] as const

type RemoveStakeRefusal = RefusalOf<(typeof REMOVE_STAKE_REFUSALS)[number]>

/**
 * The first reason why stake cannot be taken out; `null` when it can.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export function whyNotRemoveStake(context: BlockContext, withdrawal: Withdrawal): RemoveStakeRefusal | null {
  const { state, config } = context
  const { position, offeredAlpha, mostAlpha, allowPartial } = withdrawal
  const { netuid, hotkey } = position
  if (state.findSubnet(netuid) === undefined) {
    return refuse('SubnetNotExists', `There is no subnet ${netuid}.`)
  }
  if (offeredAlpha === 0n) return refuse('AmountTooLow', 'There is nothing to take out.')
  const heldAlpha = positionValue(state, position)
  if (offeredAlpha > heldAlpha) {
    return refuse('NotEnoughStakeToWithdraw', 'The position is worth less than the amount.')
  }
  const sold = mechanismPool.sell(tradingReserves(state, netuid), offeredAlpha)
  if (!sold.ok) return refuse('InsufficientLiquidity', 'The pool cannot take the amount.')
  if (sold.outRao < config.minStakeRao && offeredAlpha < heldAlpha) {
    const remedy = `Take out at least ${describeRao(config.minStakeRao)}, or everything.`
    return refuse('AmountTooLow', remedy)
  }
  if (!allowPartial && offeredAlpha > mostAlpha) {
    return refuse('SlippageTooHigh', 'The limit lets less than the amount in.')
  }
  if (ownerOf(state, hotkey) === undefined) {
    return refuse('HotKeyAccountNotExists', 'Nobody has used this hotkey.')
  }
  return whyLocked(context, position, offeredAlpha)
}

/** Why stake may not leave its subnet: its coldkey locked it. */
export function whyLocked(
  context: BlockContext,
  { netuid, coldkey }: Position,
  amountAlpha: Alpha,
): RefusalOf<'StakeUnavailable'> | null {
  return isUnlocked(context, netuid, coldkey, amountAlpha)
    ? null
    : refuse('StakeUnavailable', 'What the coldkey locked on the subnet stays there.')
}
