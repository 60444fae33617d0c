import type { EpochParams } from '../../consensus/index.js'
import { ONE_RAW, shareOfU16 } from '../../math/index.js'

/** How the engine is made to compute; `auto` takes what suits the network. All give the same results. */
export type WasmPath = 'auto' | 'dense' | 'sparse' | 'slow' | 'sparseSlow'

const MILLION = 1_000_000
const U64_MAX = 0xffff_ffff_ffff_ffffn

/** Places of the fields that change from epoch to epoch, in units of 8 bytes. */
export const CURRENT_BLOCK = 0
export const LAST_STEP_BLOCK = 1
export const EMISSION = 13
/** In units of 4 bytes. */
export const OWNER_UID = 28

/** In units of 4 bytes: whether dense bonds stay as they are until rows are asked for. */
export const KEEPS_BONDS = 34

/** The parameter block of the engine: 18 fields of 8 bytes, laid out as `assembly/params.ts` reads them. */
export function paramsBlock(params: EpochParams, path: WasmPath): Uint8Array {
  const block = new DataView(new ArrayBuffer(18 * 8))
  const kept = Math.floor((params.bondsMovingAveragePpm * ONE_RAW) / MILLION)
  const integers = [
    params.stakeThresholdRao,
    (params.taoWeightU64 << 32n) / U64_MAX,
    BigInt(params.maxAllowedValidators),
    BigInt(shareOfU16(params.kappaU16)),
    BigInt(shareOfU16(params.bondsPenaltyU16)),
    BigInt(ONE_RAW - kept),
    BigInt(shareOfU16(params.alphaLowU16)),
    BigInt(shareOfU16(params.alphaHighU16)),
    BigInt(Math.trunc((params.alphaSigmoidSteepnessHundredths * ONE_RAW) / -100)),
  ]
  block.setFloat64(16, params.activityCutoffBlocks, true)
  block.setFloat64(24, params.tempoBlocks, true)
  integers.forEach((value, index) => {
    block.setBigInt64(32 + 8 * index, BigInt.asIntN(64, value), true)
  })
  const flags = [
    params.yuma3Enabled,
    params.liquidAlphaEnabled,
    params.commitRevealEnabled,
    path === 'dense' || path === 'slow' ? 1 : path === 'auto' ? 0 : 2,
    path === 'slow' || path === 'sparseSlow',
  ]
  flags.forEach((value, index) => {
    block.setUint32(116 + 4 * index, Number(value), true)
  })
  return new Uint8Array(block.buffer)
}
