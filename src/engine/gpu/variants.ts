import type { EpochParams } from '../../consensus/index.js'
import { ONE_RAW, shareOfU16 } from '../../math/index.js'
import type { GpuVariant } from './shaders/bonds.js'

const MAX = 0xffff_ffff
const MILLION = 1_000_000

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

/** Parameters as the device has them, raw numbers where nothing else is said. */
export interface DeviceParams {
  readonly kappa: number
  readonly rate: number
  readonly kept: number
  readonly penalty: number
  readonly alphaLow: number
  readonly alphaHigh: number
  /** Minus the steepness of the sigmoid; the value itself. */
  readonly slope: number
}

export function deviceParams(params: EpochParams): DeviceParams {
  const kept = Math.floor((params.bondsMovingAveragePpm * ONE_RAW) / MILLION)
  return {
    kappa: onDevice(shareOfU16(params.kappaU16)),
    rate: onDevice(ONE_RAW - kept),
    kept: onDevice(kept),
    penalty: onDevice(shareOfU16(params.bondsPenaltyU16)),
    alphaLow: onDevice(shareOfU16(params.alphaLowU16)),
    alphaHigh: onDevice(shareOfU16(params.alphaHighU16)),
    slope: params.alphaSigmoidSteepnessHundredths / -100,
  }
}

/** A raw number in 32 bits: 2^32 is held as 2^32 - 1. */
export function onDevice(raw: number): number {
  return Math.min(raw, MAX)
}
