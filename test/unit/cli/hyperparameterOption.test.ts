import { describe, expect, it } from 'vitest'
import { hyperparametersFrom } from '../../../src/cli/hyperparameterOption.js'
import { REFERENCE_HYPERPARAMETERS } from '../../../src/ledger/index.js'

describe('hyperparametersFrom', () => {
  it('reads each value as what the hyperparameter is', () => {
    expect(
      hyperparametersFrom('set', [
        'kappaU16=7',
        'yuma3Enabled=false',
        'minBurnRao=9007199254740993',
        'burnIncreaseMultBits=36893488147419103232',
        'alphaSigmoidSteepnessHundredths=-5',
      ]),
    ).toEqual({
      kappaU16: 7,
      yuma3Enabled: false,
      minBurnRao: 9_007_199_254_740_993n,
      burnIncreaseMultBits: 2n << 64n,
      alphaSigmoidSteepnessHundredths: -5,
    })
    expect(hyperparametersFrom('set', [])).toEqual({})
  })

  it('takes the default of every one as it is listed', () => {
    const given = Object.entries(REFERENCE_HYPERPARAMETERS).map(([name, value]) => `${name}=${value}`)
    expect(hyperparametersFrom('set', given)).toEqual(REFERENCE_HYPERPARAMETERS)
  })
})
