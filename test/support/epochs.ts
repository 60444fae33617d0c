import { type EpochInput, type EpochParams, sparseRowsFrom } from '../../src/consensus/index.js'

/** Plain parameters: original Yuma, full penalty, no threshold; `changes` replaces some. */
export function epochParams(changes: Partial<EpochParams> = {}): EpochParams {
  return {
    tempoBlocks: 100,
    activityCutoffBlocks: 500,
    stakeThresholdRao: 0n,
    taoWeightU64: 0n,
    maxAllowedValidators: 64,
    kappaU16: 32_767,
    bondsPenaltyU16: 65_535,
    bondsMovingAveragePpm: 900_000,
    yuma3Enabled: false,
    liquidAlphaEnabled: false,
    alphaLowU16: 6554,
    alphaHighU16: 19_661,
    alphaSigmoidSteepnessHundredths: 1000,
    commitRevealEnabled: false,
    ...changes,
  }
}

/** What a small network is described by; everything has a plain default. */
export interface NetworkSketch {
  readonly weights: readonly (readonly (readonly [number, number])[])[]
  readonly stakeRao: readonly (number | bigint)[]
  readonly bonds?: readonly (readonly (readonly [number, number])[])[]
}

/** An input at block 1000 in which every neuron is active and registered long ago, and stakers hold permits. */
export function epochInput(sketch: NetworkSketch, changes: Partial<EpochInput> = {}): EpochInput {
  const n = sketch.weights.length
  const stake = BigUint64Array.from(sketch.stakeRao, BigInt)
  return {
    n,
    currentBlock: 1000,
    lastStepBlock: 899,
    lastUpdate: new Float64Array(n).fill(990),
    blockAtRegistration: new Float64Array(n).fill(100),
    alphaStakeRao: stake,
    taoStakeRao: new BigUint64Array(n),
    ownerUid: null,
    validatorPermit: Uint8Array.from(stake, (rao) => (rao > 0n ? 1 : 0)),
    earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    emissionRao: 1_000_000_000n,
    weights: sparseRowsFrom(sketch.weights),
    bonds: sparseRowsFrom(sketch.bonds ?? sketch.weights.map(() => [])),
    ...changes,
  }
}

/** Which rules bonds follow: liquid alpha is for Yuma 3 only, and refused without it. */
export function rulesOf(
  yuma3Enabled: boolean,
  wantsLiquidAlpha: boolean,
): Pick<EpochParams, 'yuma3Enabled' | 'liquidAlphaEnabled'> {
  return { yuma3Enabled, liquidAlphaEnabled: yuma3Enabled && wantsLiquidAlpha }
}
