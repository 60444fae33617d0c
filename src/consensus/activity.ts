import type { EpochInput, EpochParams } from './types.js'

/** Which neurons are active: 1 unless the last weight update lies more than the cutoff back (the boundary counts). */
export function activityFrom(input: EpochInput, params: EpochParams): Uint8Array {
  return new Uint8Array(
    input.lastUpdate.map((block) => (block + params.activityCutoffBlocks < input.currentBlock ? 0 : 1)),
  )
}
