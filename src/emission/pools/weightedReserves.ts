import { E18 } from '../../math/index.js'
import type { Alpha, Rao, U16 } from '../../units/index.js'
import { assertBits, assertKnown, assertU16, assertU64, refuse } from '../checks.js'
import { divide, fromInteger, toInteger } from '../u64f64.js'
import type { Reserves } from './SubnetPool.js'
import { assertReserves } from './tradeChecks.js'

/** What a weighted pool holds. */
export interface WeightedReserves extends Reserves {
  /** Weight of the TAO, in parts of 10^18, from {@link LEAST_WEIGHT_E18} on; the alpha has the rest, and no less. */
  readonly quoteWeightE18: bigint
  /** What a trade costs, in parts of 65535. */
  readonly feeU16: U16
}

/** Weight of the TAO in a new pool: as much as the alpha's. */
export const DEFAULT_QUOTE_WEIGHT_E18 = E18 / 2n

/** Neither side weighs less: one percent. */
export const LEAST_WEIGHT_E18 = E18 / 100n

/** Fee of a new pool, parts of 65535: 0.05035 percent. */
export const DEFAULT_FEE_U16: U16 = 33

/** A new pool, or why there is none. */
export type OpenedPool =
  | { readonly ok: true; readonly reserves: WeightedReserves }
  | { readonly ok: false; readonly error: 'ReservesOutOfBalance' }

const OPENING = ['taoRao', 'alphaIn', 'priceBits']

/**
 * A new weighted pool of reserves, with the fee of new pools: weighted equally, so that they make the price, or weighted for a price that
 * is given: `y / (p * x + y)`, floored to 18 decimals.
 *
 * @param opening - `priceBits` in TAO for an alpha, raw U64F64.
 * @returns ReservesOutOfBalance where that price takes a weight below one percent, or both reserves are 0.
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 4.5, 6.1
 *
 * @example
 * ```ts
 * import { openPool, PRICE_ONE_BITS } from 'subnetkit/emission'
 *
 * // Four TAO and one alpha, at a price of 1: the TAO weighs four fifths.
 * const opened = openPool({ taoRao: 4_000_000_000n, alphaIn: 1_000_000_000n, priceBits: PRICE_ONE_BITS })
 * if (opened.ok) opened.reserves.quoteWeightE18 // 800_000_000_000_000_000n
 * ```
 */
export function openPool(opening: {
  readonly taoRao: Rao
  readonly alphaIn: Alpha
  readonly priceBits?: bigint
}): OpenedPool {
  assertKnown(opening, 'opening', OPENING)
  const { taoRao, alphaIn, priceBits } = opening
  assertU64(taoRao, 'opening.taoRao')
  assertU64(alphaIn, 'opening.alphaIn')
  if (priceBits !== undefined) assertBits(priceBits, 'opening.priceBits')
  const quoteWeightE18 =
    priceBits === undefined ? DEFAULT_QUOTE_WEIGHT_E18 : weightAt(priceBits, taoRao, alphaIn)
  if (!isBalanced(quoteWeightE18)) return { ok: false, error: 'ReservesOutOfBalance' }
  return { ok: true, reserves: { taoRao, alphaIn, quoteWeightE18, feeU16: DEFAULT_FEE_U16 } }
}

function weightAt(priceBits: bigint, taoRao: Rao, alphaIn: Alpha): bigint {
  const worthRao = toInteger(priceBits * alphaIn)
  return worthRao + taoRao === 0n ? 0n : (taoRao * E18) / (worthRao + taoRao)
}

/** Whether neither side weighs less than it may. */
export const isBalanced = (quoteWeightE18: bigint): boolean =>
  quoteWeightE18 >= LEAST_WEIGHT_E18 && E18 - quoteWeightE18 >= LEAST_WEIGHT_E18

/** @throws InvalidArgumentError naming what is wrong; reserves may hold more. */
export function assertWeightedReserves(reserves: WeightedReserves, field: string): void {
  assertReserves(reserves, field)
  const { quoteWeightE18, feeU16 } = reserves
  if (typeof quoteWeightE18 !== 'bigint' || !isBalanced(quoteWeightE18)) {
    const remedy = `Pass a bigint from ${LEAST_WEIGHT_E18}n to ${E18 - LEAST_WEIGHT_E18}n.`
    refuse(`${field}.quoteWeightE18`, quoteWeightE18, remedy)
  }
  assertU16(feeU16, `${field}.feeU16`)
}

/**
 * How much alpha an amount of TAO is at a price, floored; 0 where the price is.
 *
 * @param priceBits - TAO for an alpha, raw U64F64.
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 6.1, 10.2
 *
 * @example
 * ```ts
 * import { alphaWorth, PRICE_ONE_BITS } from 'subnetkit/emission'
 *
 * alphaWorth(100n, PRICE_ONE_BITS / 4n) // 400n
 * ```
 */
export function alphaWorth(taoRao: Rao, priceBits: bigint): Alpha {
  assertU64(taoRao, 'taoRao')
  assertBits(priceBits, 'priceBits')
  return toInteger(divide(fromInteger(taoRao), priceBits))
}
