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
  // PERF: loops, since a function called for each entry takes several times as long.
  let max = 0
  for (let at = 0; at < values.length; at++) max = Math.max(max, values[at] as number)
  const scaled = new Uint16Array(values.length)
  if (max === 0) return scaled
  if (max <= 32_768) {
    for (let at = 0; at < values.length; at++)
      scaled[at] = Math.floor((2 * (values[at] as number) * U16_MAX + max) / (2 * max))
    return scaled
  }
  const scaleQ32 = Math.floor((U16_MAX * TWO_POW_32) / max)
  for (let at = 0; at < values.length; at++) {
    const value = Math.floor(((values[at] as number) * scaleQ32 + TWO_POW_31) / TWO_POW_32)
    scaled[at] = Math.min(U16_MAX, value)
  }
  return scaled
}
