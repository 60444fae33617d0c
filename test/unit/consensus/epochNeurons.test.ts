import { describe, expect, test } from 'vitest'
import { epochNeurons, runEpoch } from '../../../src/consensus/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { randomNetwork } from '../../property/randomNetworks.js'
import { epochInput, epochParams } from '../../support/epochs.js'

describe('epochNeurons', () => {
  test('says who is active, who decides with how much, and who may validate next', () => {
    const input = epochInput(
      { weights: [[], [], [], []], stakeRao: [300, 100, 100, 0] },
      {
        lastUpdate: Float64Array.of(990, 499, 990, 990),
        validatorPermit: Uint8Array.of(1, 1, 0, 0),
        blockAtRegistration: Float64Array.of(1, 899, 900, 901),
        ownerUid: 2,
      },
    )
    expect(epochNeurons(input, epochParams({ maxAllowedValidators: 1 }))).toEqual({
      active: Uint8Array.of(1, 0, 1, 1),
      permits: Uint8Array.of(1, 1, 1, 0),
      validatorPermit: Uint8Array.of(1, 0, 1, 0),
      // Three fifths and one of 2^32, floored, happen to stay three to one.
      activeStake: Float64Array.of(3_221_225_472, 0, 1_073_741_824, 0),
      // The last epoch ended with block 899, so that 900 is the first block of this one.
      isBondGone: Uint8Array.of(0, 0, 1, 1),
    })
  })

  test('agrees with the whole epoch', () => {
    const random = new SeededRandom('epoch neurons')
    for (let k = 0; k < 200; k++) {
      const { input, params } = randomNetwork(random, 'ordered')
      const neurons = epochNeurons(input, params)
      const output = runEpoch(input, params)
      expect(neurons.active).toEqual(output.active)
      expect(neurons.validatorPermit).toEqual(output.validatorPermit)
      expect(BigInt64Array.from(neurons.activeStake, BigInt)).toEqual(output.raw.activeStake)
    }
  })
})
