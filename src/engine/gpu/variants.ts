import type { EpochParams } from '../../consensus/index.js'
import { mulShare, ONE_RAW, shareOfU16, sigmoidOfMinus } from '../../math/index.js'
import type { GpuVariant } from './shaders/bonds.js'
import type { SUBNET_FIELDS } from './shaders/common.js'

const MAX = 0xffff_ffff
const MILLION = 1_000_000
/** The sigmoid stands still beyond. */
const EXP_LIMIT = 20 * ONE_RAW

/** The rules that parameters ask for. */
export function variantOf({ yuma3Enabled, liquidAlphaEnabled, bondsPenaltyU16 }: EpochParams): GpuVariant {
  const penalty = shareOfU16(bondsPenaltyU16)
  const level3 = liquidAlphaEnabled ? 'liquid' : 'yuma3'
  const end = penalty === 0 ? 'none' : 'full'
  return {
    rules: yuma3Enabled ? level3 : 'yuma2',
    penalty: penalty > 0 && penalty < ONE_RAW ? 'partial' : end,
  }
}

/** Parameters as the device has them. */
export type DeviceParams = Pick<
  Record<(typeof SUBNET_FIELDS)[number], number>,
  | 'kappa'
  | 'rate'
  | 'kept'
  | 'penalty'
  | 'alphaLow'
  | 'alphaSpan'
  | 'rateAtZero'
  | 'rateAbove'
  | 'rateBelow'
  | 'slopeHigh'
  | 'slopeLow'
  | 'slopeFalls'
>

export function deviceParams(params: EpochParams): DeviceParams {
  const kept = Math.floor((params.bondsMovingAveragePpm * ONE_RAW) / MILLION)
  const low = shareOfU16(params.alphaLowU16)
  // The bounds may cross: then every rate is the lower one.
  const span = Math.max(0, shareOfU16(params.alphaHighU16) - low)
  const rateAt = (exponent: number): number => onDevice(low + mulShare(sigmoidOfMinus(exponent), span))
  const slope = Math.trunc((params.alphaSigmoidSteepnessHundredths * ONE_RAW) / -100)
  const atZero = Math.floor(-slope / 2)
  return {
    kappa: onDevice(shareOfU16(params.kappaU16)),
    rate: onDevice(ONE_RAW - kept),
    kept: onDevice(kept),
    penalty: onDevice(shareOfU16(params.bondsPenaltyU16)),
    alphaLow: onDevice(low),
    alphaSpan: onDevice(span),
    rateAtZero: rateAt(Math.max(-EXP_LIMIT, Math.min(atZero, EXP_LIMIT))),
    rateAbove: rateAt(EXP_LIMIT),
    rateBelow: rateAt(-EXP_LIMIT),
    slopeHigh: Math.floor(Math.abs(slope) / ONE_RAW),
    slopeLow: Math.abs(slope) % ONE_RAW,
    slopeFalls: slope < 0 ? 1 : 0,
  }
}

/** A raw number in 32 bits: 2^32 is held as 2^32 - 1. */
export function onDevice(raw: number): number {
  return Math.min(raw, MAX)
}
