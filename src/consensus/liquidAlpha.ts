import { clamp, mulFloor, ONE_RAW, shareOfU16, sigmoidOfMinus } from '../math/index.js'
import type { EpochParams } from './types.js'

const HALF_RAW = ONE_RAW / 2
const EXP_LIMIT = 20 * ONE_RAW

/** What the rate of a pair depends on besides the pair; raw numbers. */
export interface LiquidAlphaBounds {
  readonly low: number
  readonly high: number
  /** Minus the steepness of the sigmoid; signed. */
  readonly slope: number
  /** The rate at distance 0, where most pairs of a settled network are. */
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
  return {
    low,
    high,
    slope,
    rateAtZero: rateAt(mulFloor(slope, -HALF_RAW), low, high),
    rateAbove: rateAt(EXP_LIMIT, low, high),
    rateBelow: rateAt(-EXP_LIMIT, low, high),
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
  const distance = clamp(weight >= bond ? weight - consensus : bond - weight, 0, ONE_RAW)
  if (distance === 0) return bounds.rateAtZero
  const exponent = mulFloor(bounds.slope, distance - HALF_RAW)
  if (exponent >= EXP_LIMIT) return bounds.rateAbove
  return exponent <= -EXP_LIMIT ? bounds.rateBelow : rateAt(exponent, bounds.low, bounds.high)
}

function rateAt(exponent: number, low: number, high: number): number {
  return clamp(low + mulFloor(sigmoidOfMinus(exponent), high - low), low, high)
}
