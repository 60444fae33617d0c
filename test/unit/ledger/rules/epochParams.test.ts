import { describe, expect, test } from 'vitest'
import { referencePreset } from '../../../../src/chain/index.js'
import { checkEpochParams } from '../../../../src/engine/index.js'
import { epochParamsFrom } from '../../../../src/ledger/index.js'

const { hyperparameters, taoWeightU64 } = referencePreset.config

describe('epochParamsFrom', () => {
  test('gives the parameters of an epoch on a subnet of the reference chain', () => {
    const params = epochParamsFrom(hyperparameters)
    checkEpochParams(params)
    expect(params).toEqual({
      tempoBlocks: 360,
      // 13,889 / 1000 * 360, rounded down
      activityCutoffBlocks: 5_000,
      stakeThresholdRao: 0n,
      taoWeightU64,
      maxAllowedValidators: 64,
      kappaU16: 32_767,
      bondsPenaltyU16: 65_535,
      bondsMovingAveragePpm: 900_000,
      yuma3Enabled: true,
      liquidAlphaEnabled: false,
      alphaLowU16: 45_875,
      alphaHighU16: 58_982,
      alphaSigmoidSteepnessHundredths: 1_000,
      commitRevealEnabled: true,
    })
  })

  test('takes what is the chain’s from its options', () => {
    const options = { stakeThresholdRao: 7n, taoWeightU64: 0n }
    expect(epochParamsFrom(hyperparameters, options)).toMatchObject(options)
  })

  test('counts liquid alpha under Yuma 3 only, as the chain does', () => {
    const liquid = { ...hyperparameters, liquidAlphaEnabled: true }
    expect(epochParamsFrom(liquid).liquidAlphaEnabled).toBe(true)
    expect(epochParamsFrom({ ...liquid, yuma3Enabled: false }).liquidAlphaEnabled).toBe(false)
  })

  test('names the hyperparameter that is wrong', () => {
    expect(() => epochParamsFrom({ ...hyperparameters, kappaU16: 70_000 })).toThrow(
      'Invalid hyperparameters.kappaU16: 70000.',
    )
    expect(() => epochParamsFrom({ tempo: 3 } as never)).toThrow('Invalid hyperparameters.')
    expect(() => epochParamsFrom(hyperparameters, { taoWeight: 1n } as never)).toThrow('Invalid taoWeight')
  })
})
