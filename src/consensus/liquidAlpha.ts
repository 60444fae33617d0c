import { clamp, mulFloor, ONE_RAW, shareOfU16, sigmoidOfMinus } from '../math/index.js'
import type { EpochParams } from './types.js'

/** What the rate of a pair depends on besides the pair; raw numbers. */
export interface LiquidAlphaBounds {
  readonly low: number
  readonly high: number
  /** Minus the steepness of the sigmoid, signed. */
  readonly slope: number
}

/** The bounds of all pairs' rates, from the parameters. */
export function liquidAlphaBounds(params: EpochParams): LiquidAlphaBounds {
  return {
    low: shareOfU16(params.alphaLowU16),
    high: shareOfU16(params.alphaHighU16),
    slope: Math.trunc((params.alphaSigmoidSteepnessHundredths * ONE_RAW) / -100),
  }
}

/**
 * Rate at which one pair's bond follows its weight: a sigmoid of how far the weight lies above the consensus (when
 * buying) or below the bond (when selling), between the two bounds.
 *
 * @param pair - raw: the server's consensus, and weight and bond of the pair.
 * @returns raw; `low` where the bounds cross.
 * @source subtensor `epoch/run_epoch.rs`, `alpha_sigmoid`
 */
export function liquidAlpha(
  { consensus, weight, bond }: Readonly<Record<'consensus' | 'weight' | 'bond', number>>,
  { low, high, slope }: LiquidAlphaBounds,
): number {
  const distance = clamp(weight >= bond ? weight - consensus : bond - weight, 0, ONE_RAW)
  const sigmoid = sigmoidOfMinus(mulFloor(slope, distance - ONE_RAW / 2))
  return clamp(low + mulFloor(sigmoid, high - low), low, high)
}
