import { U16_MAX } from '../../units/index.js'

const TWO_POW_31 = 2 ** 31
const TWO_POW_32 = 2 ** 32

/**
 * Scales a row of weights so that its largest entry is 65535, as it is stored; a row of zeros stays.
 *
 * The reference computes in I32F32 and rounds half up. Up to a maximum of 32768 it multiplies first, which is
 * exact; above, it rounds the scale down to 32 fractional bits first, which the second branch repeats.
 * All products stay below 2^53.
 *
 * @source subtensor `pallets/subtensor/src/epoch/math.rs`, `vec_u16_max_upscale_to_u16`
 */
export function maxUpscaledWeights(values: Uint16Array): Uint16Array {
  const max = values.reduce((largest, value) => Math.max(largest, value), 0)
  if (max === 0) return values.slice()
  if (max <= 32_768) return values.map((value) => Math.floor((2 * value * U16_MAX + max) / (2 * max)))
  const scaleQ32 = Math.floor((U16_MAX * TWO_POW_32) / max)
  return values.map((value) => Math.min(U16_MAX, Math.floor((value * scaleQ32 + TWO_POW_31) / TWO_POW_32)))
}
