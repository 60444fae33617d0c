import type { EpochInput, EpochParams } from './types.js'

/**
 * Which neurons are active: 1 unless the last weight update lies more than the cutoff back (the boundary counts).
 *
 * @returns u8[n], 0 or 1.
 */
export function activityFrom(input: EpochInput, params: EpochParams): Uint8Array {
  const active = new Uint8Array(input.n)
  for (let i = 0; i < input.n; i++) {
    active[i] = input.lastUpdate[i]! + params.activityCutoffBlocks < input.currentBlock ? 0 : 1
  }
  return active
}
