import { ONE_RAW, shareOfU16, sigmoidPart } from '../math/index.js'
import type { EpochParams } from './types.js'

const EXP_LIMIT = 20 * ONE_RAW
const TWO_POW_20 = 0x10_0000

/** What the rate of a pair depends on besides the pair; raw numbers. */
export interface LiquidAlphaBounds {
  readonly low: number
  readonly high: number
  /** Minus the steepness of the sigmoid, signed, in two parts: high * 2^20 + low, the low one from 0 to 2^20. */
  readonly slopeHigh: number
  readonly slopeLow: number
  /** Exponent and rate at distance 0, where most pairs of a settled network are. */
  readonly exponentAtZero: number
  readonly rateAtZero: number
  /** The rates from 20 on, and from -20 down: there the exponential stands still. */
  readonly rateAbove: number
  readonly rateBelow: number
}

/** The bounds of all pairs' rates, from the parameters. */
export function liquidAlphaBounds(params: EpochParams): LiquidAlphaBounds {
  const low = shareOfU16(params.alphaLowU16)
  const high = shareOfU16(params.alphaHighU16)
  const slope = Math.trunc((params.alphaSigmoidSteepnessHundredths * ONE_RAW) / -100)
  const slopeHigh = Math.floor(slope / TWO_POW_20)
  const slopeLow = slope - slopeHigh * TWO_POW_20
  const exponentAtZero = liquidExponent(0, slopeHigh, slopeLow)
  return {
    low,
    high,
    slopeHigh,
    slopeLow,
    exponentAtZero,
    rateAtZero: rateOf(exponentAtZero, { low, high }),
    rateAbove: rateOf(EXP_LIMIT, { low, high }),
    rateBelow: rateOf(-EXP_LIMIT, { low, high }),
  }
}

/**
 * Rate at which one pair's bond follows its weight: a sigmoid of how far the weight lies above the consensus (when
 * buying) or below the bond (when selling), between the two bounds.
 *
 * @param consensus - raw share of the server; likewise `weight` and `bond` of the pair.
 * @returns raw; `low` where the bounds cross.
 * @source subtensor `epoch/run_epoch.rs`, `alpha_sigmoid`
 */
export function liquidAlpha(
  consensus: number,
  weight: number,
  bond: number,
  bounds: LiquidAlphaBounds,
): number {
  const distance = liquidDistance(consensus, weight, bond)
  return rateAt(liquidExponent(distance, bounds.slopeHigh, bounds.slopeLow), bounds)
}

/** How far a pair's weight lies above the consensus (when buying) or below the bond (when selling): raw, 0 to 1. */
export function liquidDistance(consensus: number, weight: number, bond: number): number {
  const distance = weight >= bond ? weight - consensus : bond - weight
  return distance > 0 ? (distance < 0x1_0000_0000 ? distance : 0x1_0000_0000) : 0
}

/**
 * Slope times the distance from one half, rounded towards minus infinity.
 *
 * A slope of at most 328 * 2^32 has a high part below 2^21, and the other factor is at most 2^31: both products and
 * their sum stay below 2^53.
 */
export function liquidExponent(distance: number, slopeHigh: number, slopeLow: number): number {
  const fromHalf = distance - 0x8000_0000
  return Math.floor((fromHalf * slopeHigh + Math.floor(fromHalf * slopeLow * (1 / 0x10_0000))) * (1 / 0x1000))
}

/** The rate that an exponent gives. */
export function rateAt(exponent: number, bounds: LiquidAlphaBounds): number {
  if (exponent === bounds.exponentAtZero) return bounds.rateAtZero
  if (exponent >= EXP_LIMIT) return bounds.rateAbove
  return exponent <= -EXP_LIMIT ? bounds.rateBelow : rateOf(exponent, bounds)
}

/** The bounds may cross: then every rate is `low`. */
function rateOf(exponent: number, { low, high }: { readonly low: number; readonly high: number }): number {
  return high <= low ? low : low + sigmoidPart(exponent, high - low)
}
