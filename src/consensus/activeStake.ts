import { normalised } from './normalise.js'

/**
 * Stake of the validators that decide: active, and with a permit in force; normalised again.
 *
 * @param out - f64[n], overwritten.
 * @param stake - raw shares of all stake by uid.
 * @returns `out`; the sum is 1, less a few units, or 0 when nobody qualifies.
 */
export function activeStakeFrom(
  out: Float64Array,
  stake: Float64Array,
  active: Uint8Array,
  permits: Uint8Array,
): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = active[i] === 1 && permits[i] === 1 ? stake[i]! : 0
  return normalised(out, out)
}
