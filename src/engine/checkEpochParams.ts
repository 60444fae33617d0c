import { bigintWithin, check, flag, rao, type ShapeOf, shape, u16, wholeNumber } from '../checks/index.js'
import type { EpochParams } from '../consensus/index.js'
import { refuse } from './checks.js'

const MILLION = 1_000_000
const I16_MAX = 32_767

const PARAMS: ShapeOf<EpochParams> = {
  tempoBlocks: wholeNumber(),
  activityCutoffBlocks: wholeNumber(),
  stakeThresholdRao: rao(),
  taoWeightU64: bigintWithin(),
  maxAllowedValidators: u16(),
  kappaU16: u16(),
  bondsPenaltyU16: u16(),
  bondsMovingAveragePpm: wholeNumber({ max: MILLION }),
  yuma3Enabled: flag,
  liquidAlphaEnabled: flag,
  alphaLowU16: u16(),
  alphaHighU16: u16(),
  alphaSigmoidSteepnessHundredths: wholeNumber({ min: -I16_MAX - 1, max: I16_MAX }),
  commitRevealEnabled: flag,
}
const PARAMS_SHAPE = shape<EpochParams>(PARAMS)
export const PARAM_NAMES = Object.keys(PARAMS) as (keyof EpochParams)[]

/**
 * Checks every field of the parameters of an epoch; `liquidAlphaEnabled` without `yuma3Enabled`, which would have no effect, is
 * refused.
 *
 * @throws InvalidArgumentError naming the field (`params.kappaU16`), one that is not known included.
 *
 * @example
 * ```ts
 * import { checkEpochParams } from 'subnetkit/engine'
 * import type { EpochParams } from 'subnetkit/consensus'
 *
 * function withMajority(params: EpochParams, kappaU16: number): EpochParams {
 *   const changed = { ...params, kappaU16 }
 *   checkEpochParams(changed) // throws for 70_000
 *   return changed
 * }
 * ```
 */
export function checkEpochParams(params: EpochParams): void {
  check('params', PARAMS_SHAPE, params)
  // The reference chain passes over the flag: whoever sets it here would wonder why nothing changes.
  if (params.liquidAlphaEnabled && !params.yuma3Enabled)
    refuse(
      'params.liquidAlphaEnabled',
      true,
      'Pass yuma3Enabled as well, or leave it false: the original Yuma has no liquid alpha.',
    )
}
