import { clamp, mulFloor, ONE_RAW, shareOfU16, sigmoidOfMinus } from '../math/index.js'
import type { EpochParams } from './types.js'

const HALF_RAW = ONE_RAW / 2

/** What the rate of a pair depends on besides the pair; raw numbers. */
export interface LiquidAlphaBounds {
  readonly low: number
  readonly high: number
  /** Minus the steepness of the sigmoid; signed. */
  readonly slope: number
  /** The rate at distance 0, where most pairs of a settled network are. */
  readonly rateAtZero: number
}

/** The bounds of all pairs' rates, from the parameters. */
export function liquidAlphaBounds(params: EpochParams): LiquidAlphaBounds {
  const low = shareOfU16(params.alphaLowU16)
  const high = shareOfU16(params.alphaHighU16)
  const slope = Math.trunc((params.alphaSigmoidSteepnessHundredths * ONE_RAW) / -100)
  return { low, high, slope, rateAtZero: rateAt(0, low, high, slope) }
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
  return distance === 0 ? bounds.rateAtZero : rateAt(distance, bounds.low, bounds.high, bounds.slope)
}

function rateAt(distance: number, low: number, high: number, slope: number): number {
  const sigmoid = sigmoidOfMinus(mulFloor(slope, distance - HALF_RAW))
  return clamp(low + mulFloor(sigmoid, high - low), low, high)
}
