import { type Alpha, RAO_PER_TAO, type Rao, U64_MAX } from '../../units/index.js'
import { assertU64 } from '../checks.js'
import { divide, fromInteger, multiply, subtract, toInteger } from '../u64f64.js'
import { limitPriceBits } from './limits.js'
import { assertMechanismReserves, isStable, type MechanismReserves } from './mechanismPool.js'
import type { TradeRefusal } from './SubnetPool.js'
import { weightedPriceBits } from './weightedCurve.js'
import { mostToLimit } from './weightedTrade.js'

/** The most that a trade takes before it reaches a limit, fee included; 2^64 - 1 where nothing limits it. */
export type MostToTrade = { readonly ok: true; readonly amount: bigint } | TradeRefusal

const nothing: MostToTrade = { ok: true, amount: 0n }
const everything: MostToTrade = { ok: true, amount: U64_MAX }

/**
 * The most TAO that a purchase takes up to a limit.
 *
 * @returns `amount` in rao, or the pool's refusal; where an alpha is a TAO, nothing below a limit of 1 TAO and everything from there on.
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 10.1
 * PERF: three powers of `powRatioE18`.
 *
 * @example
 * ```ts
 * import { mostToBuy } from 'subnetkit/emission'
 *
 * const held = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 0, mechanism: 1 } as const
 * mostToBuy(held, 4_000_000_000n) // amount: 1_000_000_000_000n, for four times the price
 * ```
 */
export function mostToBuy(reserves: MechanismReserves, limitRaoPerAlpha: Rao): MostToTrade {
  assertMechanismReserves(reserves, 'reserves')
  const limitBits = limitPriceBits(limitRaoPerAlpha)
  if (isStable(reserves)) return limitRaoPerAlpha >= RAO_PER_TAO ? everything : nothing
  return mostToLimit(reserves, 'buy', limitBits)
}

/**
 * The most alpha that a sale takes down to a limit.
 *
 * @returns `amount` in alpha, or the pool's refusal; where an alpha is a TAO, everything up to a limit of 1 TAO and nothing above.
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 10.1
 * PERF: three powers of `powRatioE18`.
 *
 * @example
 * ```ts
 * import { mostToSell } from 'subnetkit/emission'
 *
 * const held = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 0, mechanism: 1 } as const
 * mostToSell(held, 250_000_000n) // amount: 1_000_000_000_000n, for a quarter of the price
 * ```
 */
export function mostToSell(reserves: MechanismReserves, limitRaoPerAlpha: Rao): MostToTrade {
  assertMechanismReserves(reserves, 'reserves')
  const limitBits = limitPriceBits(limitRaoPerAlpha)
  if (isStable(reserves)) return limitRaoPerAlpha <= RAO_PER_TAO ? everything : nothing
  return mostToLimit(reserves, 'sell', limitBits)
}

/**
 * The most alpha of one subnet that a swap for another's takes, down to a limit of the first price in the second, in
 * billionths. Between two weighted pools it is a closed form that takes their weights for equal, as the reference does.
 *
 * @returns `amount` in alpha of the origin, or the refusal of the pool that was asked.
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 10.3
 *
 * @example
 * ```ts
 * import { mostToSwap } from 'subnetkit/emission'
 *
 * const held = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 0, mechanism: 1 } as const
 * mostToSwap(held, held, 500_000_000n) // amount: 500_000_000_000n, for half as much of the other
 * ```
 */
export function mostToSwap(
  origin: MechanismReserves,
  destination: MechanismReserves,
  limitE9: bigint,
): MostToTrade {
  assertMechanismReserves(origin, 'origin')
  assertMechanismReserves(destination, 'destination')
  assertU64(limitE9, 'limitE9')
  if (isStable(origin) && isStable(destination)) return limitE9 <= RAO_PER_TAO ? everything : nothing
  if (isStable(origin)) return limitE9 === 0n ? everything : mostToBuy(destination, inverse(limitE9))
  if (isStable(destination)) return mostToSell(origin, limitE9)
  return mostBetween(origin, destination, limitE9)
}

/** Of a number with nine decimals, floored twice. */
const inverse = (limitE9: bigint): bigint =>
  toInteger(multiply(divide(RAO_PER_TAO, limitE9), fromInteger(RAO_PER_TAO)))

function mostBetween(
  origin: MechanismReserves,
  destination: MechanismReserves,
  limitE9: bigint,
): MostToTrade {
  const limitBits = limitPriceBits(limitE9)
  if (limitBits > divide(priceOf(origin), priceOf(destination))) return nothing
  if (limitE9 === 0n) return everything
  const sumRao = origin.taoRao + destination.taoRao
  const part = (alpha: Alpha, taoRao: Rao): bigint => multiply(fromInteger(alpha), divide(taoRao, sumRao))
  const reach = divide(part(destination.alphaIn, origin.taoRao), limitBits)
  const most = toInteger(subtract(reach, part(origin.alphaIn, destination.taoRao)))
  return { ok: true, amount: most }
}

const priceOf = ({ taoRao, alphaIn, quoteWeightE18 }: MechanismReserves): bigint =>
  weightedPriceBits(taoRao, alphaIn, quoteWeightE18)
