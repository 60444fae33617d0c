import type { EpochInput, EpochParams } from './types.js'

const TWO_POW_16 = 65_536

/** The permits in force during this epoch: those stored, and the owner's; into `out`, u8[n], 0 or 1. */
export function permitsInForce(out: Uint8Array, input: EpochInput): Uint8Array {
  out.set(input.validatorPermit)
  if (input.ownerUid !== null && input.ownerUid < input.n) out[input.ownerUid] = 1
  return out
}

/**
 * The permits for the next epoch: the `maxAllowedValidators` largest non-zero stakes, the higher uid first among
 * equals, and the owner on top of that.
 *
 * @param out - u8[n], overwritten with 0 or 1.
 * @param stake - raw shares of stake by uid.
 * @param scratch - f64[n].
 */
export function nextPermits(
  out: Uint8Array,
  stake: Float64Array,
  { input, params }: { readonly input: EpochInput; readonly params: EpochParams },
  scratch: Float64Array,
): Uint8Array {
  let holders = 0
  for (let i = 0; i < out.length; i++) {
    out[i] = stake[i]! > 0 ? 1 : 0
    // A stake and a uid fit one whole double, so that the sort needs no comparison function.
    if (stake[i]! > 0) scratch[holders++] = stake[i]! * TWO_POW_16 + i
  }
  // Those without stake rank below all others and get no permit in any case.
  const losers = holders - params.maxAllowedValidators
  if (losers > 0) {
    const ascending = scratch.subarray(0, holders).sort()
    for (let k = 0; k < losers; k++) out[ascending[k]! % TWO_POW_16] = 0
  }
  if (input.ownerUid !== null && input.ownerUid < input.n) out[input.ownerUid] = 1
  return out
}
