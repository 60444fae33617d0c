import { bigintWithin, check, optional, rao, shape } from '../../checks/index.js'
import type { EpochParams } from '../../consensus/index.js'
import { activityCutoffBlocks, DEFAULT_TAO_WEIGHT_U64 } from '../../emission/index.js'
import type { Rao } from '../../units/index.js'
import { hyperparametersShape } from '../config.js'
import { EPOCH_HYPERPARAMETERS, type EpochHyperparameters, type Hyperparameters } from './hyperparameters.js'

/** What of an epoch's parameters is the chain's and not the subnet's. */
export interface EpochParamsOptions {
  /** Stake below which a neuron's counts as none. Default 0, as on the reference chain. */
  readonly stakeThresholdRao?: Rao
  /** Weight of root stake, parts of 2^64 - 1. Default: the reference chain's, 5.27 percent. */
  readonly taoWeightU64?: bigint
}

const optionsShape = shape<EpochParamsOptions>({
  stakeThresholdRao: optional(rao()),
  taoWeightU64: optional(bigintWithin()),
})

/**
 * The parameters of an epoch on a subnet with these hyperparameters, as the chain itself computes it.
 *
 * Liquid alpha counts under Yuma 3 only, as on the reference chain: with the original Yuma it is off here, whatever the
 * hyperparameter says.
 *
 * @throws InvalidArgumentError naming the hyperparameter or option that is wrong.
 * @source spec: `spec/chain.md` 3.10
 *
 * @example
 * ```ts
 * import { referencePreset } from 'subnetkit/chain'
 * import { YumaConsensus } from 'subnetkit/engine'
 * import { epochParamsFrom } from 'subnetkit/ledger'
 *
 * const { hyperparameters } = referencePreset.config
 * const yuma = new YumaConsensus(epochParamsFrom({ ...hyperparameters, tempoBlocks: 100 }))
 * yuma.params.activityCutoffBlocks // 1388
 * ```
 */
export function epochParamsFrom(
  hyperparameters: Hyperparameters,
  options: EpochParamsOptions = {},
): EpochParams {
  check('hyperparameters', hyperparametersShape, hyperparameters)
  check('options', optionsShape, options)
  return epochParamsOf(hyperparameters, {
    stakeThresholdRao: options.stakeThresholdRao ?? 0n,
    taoWeightU64: options.taoWeightU64 ?? DEFAULT_TAO_WEIGHT_U64,
  })
}

/** The same of what the state holds. Those of the epoch are handed on under their own names. */
export function epochParamsOf(
  hyperparameters: Hyperparameters,
  { stakeThresholdRao, taoWeightU64 }: Required<EpochParamsOptions>,
): EpochParams {
  const read = Object.fromEntries(EPOCH_HYPERPARAMETERS.map((name) => [name, hyperparameters[name]]))
  const { activityCutoffFactorMilli, ...params } = read as unknown as EpochHyperparameters
  return {
    ...params,
    activityCutoffBlocks: activityCutoffBlocks(activityCutoffFactorMilli, params.tempoBlocks),
    liquidAlphaEnabled: params.yuma3Enabled && params.liquidAlphaEnabled,
    stakeThresholdRao,
    taoWeightU64,
  }
}
