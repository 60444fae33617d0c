import type { EpochInput, EpochParams } from './types.js'

/**
 * Which neurons are active: 1 unless the last weight update lies more than the cutoff back (the boundary counts).
 *
 * @param out - u8[n], overwritten with 0 or 1.
 */
export function activityFrom(out: Uint8Array, input: EpochInput, params: EpochParams): Uint8Array {
  for (let i = 0; i < input.n; i++) {
    out[i] = input.lastUpdate[i]! + params.activityCutoffBlocks < input.currentBlock ? 0 : 1
  }
  return out
}
