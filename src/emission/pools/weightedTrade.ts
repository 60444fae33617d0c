import { saturatedU64 } from '../../math/index.js'
import { U64_MAX } from '../../units/index.js'
import type { TradeError, TradeRefusal } from './SubnetPool.js'
import {
  buyingSide,
  feeOnTop,
  feeWithin,
  inputToReach,
  outputFor,
  sellingSide,
  type TradeSide,
  weightedPriceBits,
} from './weightedCurve.js'
import type { WeightedReserves } from './weightedReserves.js'

/** An input may be so many times the reserve into which it goes. */
const MOST_TIMES_RESERVE = 1_000n
/** A reserve with less pays nothing out. */
const LEAST_RESERVE = 1_000_000n

/** What a trade takes and gives. */
export interface Traded {
  readonly ok: true
  /** What goes into the reserve; the fee comes on top. */
  readonly input: bigint
  readonly fee: bigint
  readonly output: bigint
}

/**
 * Trades an amount with a weighted pool, up to a limit of the price.
 *
 * @param limitBits - raw U64F64.
 * @param feeU16 - parts of 65535.
 * @source spec: `spec/chain.md` 4.3
 * PERF: a power of `powRatioE18`, and two more where the limit stops it.
 */
export function trade(
  reserves: WeightedReserves,
  kind: 'buy' | 'sell',
  amount: bigint,
  limitBits: bigint,
  feeU16: number,
): Traded | TradeRefusal {
  const market = marketOf(reserves, kind, limitBits)
  const { side } = market
  const fee = feeWithin(amount, feeU16)
  const input = amount - fee
  if (isTooLarge(side, input)) return refused('SwapInputTooLarge')
  const error = closedBecause(market)
  if (error !== undefined) return refused(error)
  const output = outputFor(side, input)
  if (market.isWithinLimit(input, output)) return settled(side, input, fee, output)
  const reached = market.reach()
  return settled(side, reached, feeOnTop(reached, feeU16), outputFor(side, reached))
}

/**
 * The most that a trade takes, fee included, before it reaches the limit.
 *
 * @returns SwapInputTooLarge where not even 2^64 - 1 would reach it.
 */
export function mostToLimit(
  reserves: WeightedReserves,
  kind: 'buy' | 'sell',
  limitBits: bigint,
): { readonly ok: true; readonly amount: bigint } | TradeRefusal {
  const market = marketOf(reserves, kind, limitBits)
  const { side } = market
  const error = closedBecause(market)
  if (error !== undefined) return refused(error)
  const most = U64_MAX - feeWithin(U64_MAX, reserves.feeU16)
  if (market.isWithinLimit(most, outputFor(side, most))) return refused('SwapInputTooLarge')
  const reached = market.reach()
  const fee = feeOnTop(reached, reserves.feeU16)
  const settlement = settled(side, reached, fee, outputFor(side, reached))
  return settlement.ok ? { ok: true, amount: saturatedU64(reached + fee) } : settlement
}

/** A pool from one side, with a limit. */
interface Market {
  readonly side: TradeSide
  /** Whether the price still has way to go before the limit. */
  readonly isOpen: boolean
  readonly isWithinLimit: (input: bigint, output: bigint) => boolean
  /** Input that brings the price to the limit. */
  readonly reach: () => bigint
}

function marketOf(reserves: WeightedReserves, kind: 'buy' | 'sell', limitBits: bigint): Market {
  const { taoRao, alphaIn, quoteWeightE18 } = reserves
  const now = weightedPriceBits(taoRao, alphaIn, quoteWeightE18)
  const after = (tao: bigint, alpha: bigint): bigint =>
    weightedPriceBits(saturatedU64(tao), saturatedU64(alpha), quoteWeightE18)
  if (kind === 'buy') {
    const side = buyingSide(reserves)
    return {
      side,
      isOpen: now < limitBits,
      isWithinLimit: (input, output) => after(taoRao + input, alphaIn - output) <= limitBits,
      reach: () => inputToReach(side, limitBits, now),
    }
  }
  const side = sellingSide(reserves)
  return {
    side,
    isOpen: now > limitBits,
    isWithinLimit: (input, output) => after(taoRao - output, alphaIn + input) >= limitBits,
    reach: () => inputToReach(side, now, limitBits),
  }
}

function closedBecause({ side, isOpen }: Market): TradeError | undefined {
  if (side.heldOut < LEAST_RESERVE) return 'ReservesTooLow'
  return isOpen ? undefined : 'PriceLimitExceeded'
}

const isTooLarge = ({ heldIn }: TradeSide, input: bigint): boolean => input > MOST_TIMES_RESERVE * heldIn

function settled(side: TradeSide, input: bigint, fee: bigint, output: bigint): Traded | TradeRefusal {
  if (input > 0n && output === 0n) return refused('ReservesTooLow')
  return output > side.heldOut ? refused('InsufficientLiquidity') : { ok: true, input, fee, output }
}

const refused = (error: TradeError): TradeRefusal => ({ ok: false, error })
