import { E18, powRatioE18, saturatedU64 } from '../../math/index.js'
import { U64_MAX } from '../../units/index.js'
import { divide, fromInteger, multiply, one, subtract, toInteger } from '../u64f64.js'
import type { WeightedReserves } from './weightedReserves.js'

/** A pool as who pays into one of its reserves sees it. */
export interface TradeSide {
  readonly heldIn: bigint
  readonly heldOut: bigint
  /** Parts of 10^18, as the other. */
  readonly weightIn: bigint
  readonly weightOut: bigint
}

/** For who pays with TAO. */
export const buyingSide = ({ taoRao, alphaIn, quoteWeightE18 }: WeightedReserves): TradeSide => ({
  heldIn: taoRao,
  heldOut: alphaIn,
  weightIn: quoteWeightE18,
  weightOut: E18 - quoteWeightE18,
})

/** For who pays with alpha. */
export const sellingSide = ({ taoRao, alphaIn, quoteWeightE18 }: WeightedReserves): TradeSide => ({
  heldIn: alphaIn,
  heldOut: taoRao,
  weightIn: E18 - quoteWeightE18,
  weightOut: quoteWeightE18,
})

/** (w1 / w2) * (y / x), raw U64F64: w1 and x of the alpha, w2 and y of the TAO. 0 without alpha. */
export function weightedPriceBits(taoRao: bigint, alphaIn: bigint, quoteWeightE18: bigint): bigint {
  return multiply(divide(E18 - quoteWeightE18, quoteWeightE18), divide(taoRao, alphaIn))
}

/**
 * What is left of a whole of the reserve that pays, raw U64F64: (held / (held + input))^(weight in / weight out),
 * taken to 18 decimals first.
 */
export function remainderBits({ heldIn, weightIn, weightOut }: TradeSide, input: bigint): bigint {
  const after = saturatedU64(heldIn + input)
  return after === 0n ? 0n : divide(powRatioE18(heldIn, after, weightIn, weightOut), E18)
}

/** What an input takes out of the other reserve. */
export function outputFor(side: TradeSide, input: bigint): bigint {
  if (input === 0n) return 0n
  return toInteger(multiply(fromInteger(side.heldOut), subtract(one, remainderBits(side, input))))
}

/**
 * Input that moves the price to another: held * ((far / near)^(weight out) - 1), with the power to 18 decimals and at
 * most 2^64 - 1 of them.
 *
 * @param farBits - of the two prices the higher one, raw U64F64.
 * @param nearBits - the lower one; from 0, nothing moves it.
 */
export function inputToReach({ heldIn, weightOut }: TradeSide, farBits: bigint, nearBits: bigint): bigint {
  if (nearBits === 0n) return 0n
  const power = powRatioE18(farBits, nearBits, weightOut, E18)
  const factor = divide(power < U64_MAX ? power : U64_MAX, E18)
  return saturatedU64(toInteger(multiply(fromInteger(heldIn), subtract(factor, one))))
}

/** The fee that is in an amount: its rate in parts of 65535 is cut off after 64 fractional bits first. */
export const feeWithin = (amount: bigint, feeU16: number): bigint =>
  toInteger(multiply(fromInteger(amount), divide(BigInt(feeU16), 65_535n)))

/** The fee that comes on top of an input. */
export const feeOnTop = (input: bigint, feeU16: number): bigint =>
  toInteger(multiply(fromInteger(input), divide(BigInt(feeU16), 65_535n - BigInt(feeU16))))
