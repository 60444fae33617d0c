import type { EpochParams } from '../../consensus/index.js'
import { ONE_RAW, shareOfU16 } from '../../math/index.js'
import { U64_MAX } from '../../units/index.js'
import { PARAM_SLOTS, PARAMS } from './layout.js'

/** How the engine is made to compute; `auto` takes what suits the network. All give the same results. */
export type WasmPath = 'auto' | 'dense' | 'sparse' | 'slow' | 'sparseSlow'

const MILLION = 1_000_000

type ParamName = keyof typeof PARAMS
/** What each epoch brings of itself, and what only profiles set. */
type Changing = 'currentBlock' | 'lastStepBlock' | 'emissionRao' | 'ownerUid' | 'lastStep'

/** The parameters of the engine as they lie in its memory, but for those that change from epoch to epoch. */
export function paramsBlock(params: EpochParams, path: WasmPath): Uint8Array {
  const kept = Math.floor((params.bondsMovingAveragePpm * ONE_RAW) / MILLION)
  const values: Record<Exclude<ParamName, Changing>, bigint | number | boolean> = {
    cutoffBlocks: params.activityCutoffBlocks,
    tempoBlocks: params.tempoBlocks,
    thresholdRao: params.stakeThresholdRao,
    taoWeight: (params.taoWeightU64 << 32n) / U64_MAX,
    maxAllowed: params.maxAllowedValidators,
    kappa: shareOfU16(params.kappaU16),
    penalty: shareOfU16(params.bondsPenaltyU16),
    rateOfNew: ONE_RAW - kept,
    alphaLow: shareOfU16(params.alphaLowU16),
    alphaHigh: shareOfU16(params.alphaHighU16),
    slope: Math.trunc((params.alphaSigmoidSteepnessHundredths * ONE_RAW) / -100),
    isYuma3: params.yuma3Enabled,
    isLiquid: params.liquidAlphaEnabled,
    isCommitReveal: params.commitRevealEnabled,
    forcedLayout: path === 'auto' ? 0 : path === 'dense' || path === 'slow' ? 1 : 2,
    isForcedSlow: path === 'slow' || path === 'sparseSlow',
  }
  const names = Object.keys(values) as (keyof typeof values)[]
  const block = new DataView(new ArrayBuffer(8 * Object.keys(PARAMS).length))
  for (const name of names) {
    const at = 8 * PARAM_SLOTS[name]
    if (PARAMS[name] === 'f64') block.setFloat64(at, Number(values[name]), true)
    // The low half of 8 bytes is the number of 4.
    else block.setBigInt64(at, BigInt.asIntN(64, BigInt(values[name])), true)
  }
  return new Uint8Array(block.buffer)
}
