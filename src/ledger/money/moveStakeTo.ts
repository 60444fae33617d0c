import { mostToSwap, type TradeError } from '../../emission/index.js'
import { type Alpha, type Netuid, RAO_PER_TAO, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { storeTake } from '../neurons/hotkeys.js'
import { MOVE_STAKE_REFUSALS, whyNotMoveStake } from '../rules/whyNotMoveStake.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { type LockedMove, transferLock } from './changeLocks.js'
import { movePosition } from './positions.js'
import { type Position, positionValue } from './stake.js'
import { type STAKE_EVENTS, STAKING_REFUSALS, stakeInto, unstakeFrom } from './stakeTrades.js'
import { TRADE_REFUSALS } from './tradeRefusals.js'
import { refuseTrade, reservesIfAny, reservesOf, spotPriceBits } from './trades.js'

/** A price limit of a swap. */
export interface SwapLimit<P> {
  /** Price of the origin in that of the destination, times 10^9. */
  readonly limitE9: bigint
  /** Why less than what is offered will not do. */
  readonly whyPast: (offeredAlpha: Alpha, mostAlpha: Alpha) => P | null
}

/** What is asked of stake that goes to another coldkey. */
export interface HandOver<R> {
  /** Why a subnet is closed to it. */
  readonly whyShut: (context: BlockContext, netuid: Netuid) => R | null
  /** Lets the lock follow what goes within a subnet. */
  readonly transferLock: (context: BlockContext, netuid: Netuid, locked: LockedMove) => R | null
}

/** Why stake is not handed over to another coldkey. */
export type HandOverRefusal = RefusalOf<(typeof HAND_OVER_REFUSALS)[number]>

/** Stake that goes to another coldkey, whose lock may go with it. */
export const HANDED_OVER: HandOver<HandOverRefusal> = {
  whyShut: ({ state }, netuid) =>
    state.hyperparameters(netuid).transfersEnabled ? null : refuse('TransferDisallowed', { netuid }),
  transferLock,
}

/** Stake that stays with its coldkey. */
export const KEPT: HandOver<never> = { whyShut: () => null, transferLock: () => null }

/** What is asked for. */
export interface MoveRequest<P, H> {
  readonly from: Position
  readonly to: Position
  /** More than the position is worth means all of it. */
  readonly offeredAlpha: Alpha
  readonly limit: SwapLimit<P> | null
  readonly handOver: HandOver<H>
}

/** What became of it. */
export interface Moved {
  /** Alpha that left the position. */
  readonly amountAlpha: Alpha
  /** What it was sold for, or is worth within its subnet. */
  readonly amountRao: Rao
}

const HAND_OVER_REFUSALS = ['TransferDisallowed', 'LockHotkeyMismatch', 'AccountRejectsLockedAlpha'] as const

/** Why stake did not move, in the order of the checks. */
export const MOVING_REFUSALS = [...MOVE_STAKE_REFUSALS, 'StakeUnavailable', ...STAKING_REFUSALS] as const

/** The same of stake that goes to another coldkey. */
export const HANDING_OVER_REFUSALS = [
  ...MOVE_STAKE_REFUSALS,
  'TransferDisallowed',
  'StakeUnavailable',
  ...HAND_OVER_REFUSALS,
  ...STAKING_REFUSALS,
] as const

/** The same where a pool is asked for a limit first. */
export const LIMITED_MOVING_REFUSALS = [
  ...TRADE_REFUSALS,
  ...MOVE_STAKE_REFUSALS,
  'SlippageTooHigh',
  'StakeUnavailable',
  ...STAKING_REFUSALS,
] as const

type MovingRefusal = RefusalOf<(typeof MOVING_REFUSALS)[number]>

/**
 * Moves stake to another hotkey, coldkey or subnet. Within a subnet it is handed over as it is; to another it is sold and staked, and costs one
 * fee: of the sale, or from root of the purchase.
 *
 * @source spec: `spec/chain.md` 10.3
 */
export function moveStakeTo<P, H>(
  context: BlockContext<typeof STAKE_EVENTS>,
  { from, to, offeredAlpha, limit, handOver }: MoveRequest<P, H>,
): Moved | MovingRefusal | P | H {
  const { state } = context
  const heldAlpha = positionValue(state, from)
  const wantedAlpha = offeredAlpha < heldAlpha ? offeredAlpha : heldAlpha
  const isAcross = from.netuid !== to.netuid
  const most =
    limit === null || !isAcross
      ? wantedAlpha
      : mostOf(state, from.netuid, to.netuid, limit.limitE9, wantedAlpha)
  if (typeof most !== 'bigint') return most
  const refusal = whyNotMoveStake(
    context,
    { from, to, amountAlpha: wantedAlpha },
    {
      whyPastLimit: () => limit?.whyPast(wantedAlpha, most) ?? null,
      whyShut: (netuid) => handOver.whyShut(context, netuid),
    },
  )
  if (refusal !== null) return refusal
  const amountAlpha = wantedAlpha < most ? wantedAlpha : most
  return isAcross
    ? moveAcross(context, from, to, amountAlpha)
    : moveWithin(context, from, to, amountAlpha, handOver)
}

/** The most that a limit lets out. Between two pools it is held against their prices as they stand; otherwise a trade is tried, which may be the first. */
function mostOf(
  state: LedgerState,
  from: Netuid,
  to: Netuid,
  limitE9: bigint,
  offeredAlpha: Alpha,
): Alpha | RefusalOf<TradeError> {
  const isBetweenPools = [from, to].every((netuid) => state.findSubnet(netuid)?.mechanism === 1)
  const poolOf = isBetweenPools ? reservesOf : reservesIfAny
  const origin = poolOf(state, from)
  const most = mostToSwap(origin, poolOf(state, to), limitE9)
  if (most.ok) return most.amount
  // Where an alpha of the origin is a TAO, the destination was asked, at the inverse of the limit.
  return origin.mechanism === 1
    ? refuseTrade(most.error, { because: 'selling', netuid: from, offeredAlpha, limitRaoPerAlpha: limitE9 })
    : refuseTrade(most.error, {
        because: 'buying',
        netuid: to,
        offeredRao: offeredAlpha,
        limitRaoPerAlpha: RAO_PER_TAO ** 2n / limitE9,
      })
}

function moveAcross(
  context: BlockContext<typeof STAKE_EVENTS>,
  from: Position,
  to: Position,
  amountAlpha: Alpha,
): Moved | MovingRefusal {
  const isFromRoot = from.netuid === ROOT
  const amountRao = unstakeFrom(context, from, to.coldkey, amountAlpha, { takesFee: !isFromRoot })
  if (typeof amountRao !== 'bigint') return amountRao
  // Too little to stake again is left as TAO.
  if (amountRao >= context.config.minStakeRao) {
    storeTake(context, to.hotkey, to.coldkey)
    const staked = stakeInto(context, to, amountRao, { takesFee: isFromRoot })
    if (typeof staked !== 'bigint') return staked
  }
  return { amountAlpha, amountRao }
}

function moveWithin<H>(
  context: BlockContext,
  from: Position,
  to: Position,
  amountAlpha: Alpha,
  handOver: HandOver<H>,
): Moved | MovingRefusal | H {
  const { state, config } = context
  const locked = { from: from.coldkey, to: to.coldkey, amountAlpha }
  const refused = handOver.transferLock(context, from.netuid, locked)
  if (refused !== null) return refused
  movePosition(context, from, to, amountAlpha)
  const amountRao = (amountAlpha * spotPriceBits(state, from.netuid)) >> 64n
  const { minStakeRao: leastRao } = config
  if (amountRao < leastRao) {
    const given = { amountAlpha, worthRao: amountRao, leastRao }
    return refuse('AmountTooLow', { because: 'movesLittleWithin', ...given })
  }
  return { amountAlpha, amountRao }
}
