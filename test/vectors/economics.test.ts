import { describe, expect, it } from 'vitest'
import { alphaEmission, blockEmission, epochSchedule, mintClamp } from './economicsCurves.js'
import { dividendDistribution } from './economicsDividends.js'
import { comparable, parseEconomicsFile } from './economicsFile.js'
import { lockRoll } from './economicsLocks.js'
import {
  poolHelpers,
  poolInit,
  poolPrice,
  poolSwap,
  poolWeightUpdate,
  powRatioScaled,
} from './economicsPools.js'
import { medianPriceAndPrune, movingPrice, subnetTaoSplit } from './economicsPrices.js'
import { rootClaim } from './economicsRootClaims.js'
import {
  neuronPrune,
  registrationDecayFactor,
  registrationPrice,
  subnetLockCost,
  weightsMaxUpscale,
} from './economicsRules.js'
import { setWeightsChecks } from './economicsSetWeights.js'
import { shareFloat, sharePool } from './economicsShares.js'
import { rootProportion, stakeWeight } from './economicsStakes.js'
import { vectorFiles } from './vectorsDir.js'

/** Computes `expected` from `input` with the library. */
const computations: Readonly<Record<string, (input: never) => unknown>> = {
  'alpha_emission.json': alphaEmission,
  'block_emission.json': blockEmission,
  'dividend_distribution.json': dividendDistribution,
  'epoch_schedule.json': epochSchedule,
  'lock_roll.json': lockRoll,
  'mint_clamp.json': mintClamp,
  'moving_price.json': movingPrice,
  'neuron_prune.json': neuronPrune,
  'pool_helpers.json': poolHelpers,
  'pool_init.json': poolInit,
  'pool_price.json': poolPrice,
  'pool_swap.json': poolSwap,
  'pool_weight_update.json': poolWeightUpdate,
  'pow_ratio_scaled.json': powRatioScaled,
  'registration_decay_factor.json': registrationDecayFactor,
  'registration_price.json': registrationPrice,
  'root_claim.json': rootClaim,
  'root_proportion.json': rootProportion,
  'set_weights_checks.json': setWeightsChecks,
  'share_float.json': shareFloat,
  'share_pool.json': sharePool,
  'stake_weight.json': stakeWeight,
  'subnet_lock_cost.json': subnetLockCost,
  'subnet_median_price_and_prune.json': medianPriceAndPrune,
  'subnet_tao_split.json': subnetTaoSplit,
  'weights_max_upscale.json': weightsMaxUpscale,
}

/** Files with a suite of their own in this folder. */
const ownSuites = /^(coinbase_blocks|stake_calls|scenario_.*)\.json$/

describe('economics vectors', () => {
  for (const { name, content } of vectorFiles('economics')) {
    if (ownSuites.test(name)) continue
    it(`${name}: every case gives the reference integers`, () => {
      const compute = computations[name]
      if (compute === undefined) throw new TypeError(`${name} is not understood by this suite.`)
      parseEconomicsFile(name, content).cases.forEach(({ input, expected }, index) => {
        expect(comparable(compute(input)), `${name} case ${index}`).toEqual(comparable(expected))
      })
    })
  }
})
