import { describe, expect, test } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { compareEpochs, type GpuEpochOutput } from '../../../../src/engine/index.js'
import { epochInput, epochParams } from '../../../support/epochs.js'

const exact = runEpoch(
  epochInput({
    weights: [
      [
        [1, 2],
        [2, 1],
      ].map(([j, w]) => [j!, w!] as const),
      [],
      [],
    ],
    stakeRao: [1, 0, 0],
  }),
  epochParams(),
)

/** The exact epoch as a device without any error would give it. */
function faithful(changes: Partial<GpuEpochOutput> = {}): GpuEpochOutput {
  const f32 = (raw: BigInt64Array): Float32Array => Float32Array.from(raw, (share) => Number(share) / 2 ** 32)
  return {
    consensus: f32(exact.raw.consensus),
    incentive: f32(exact.raw.incentive),
    dividends: f32(exact.raw.dividends),
    validatorTrust: f32(exact.raw.validatorTrust),
    active: exact.active,
    validatorPermit: exact.validatorPermit,
    bonds: exact.bonds,
    info: { engine: 'gpu', closeCalls: 0 },
    ...changes,
  }
}

describe('compareEpochs', () => {
  test('finds nothing but rounding between the same results', () => {
    expect(compareEpochs(faithful(), exact)).toEqual({
      consensus: expect.closeTo(0, 7),
      incentive: expect.closeTo(0, 7),
      dividends: 0,
      validatorTrust: expect.closeTo(0, 7),
      bondUnits: 0,
      bondsOff: 0,
      cutoffFlips: 0,
      incentiveFlips: 0,
      dividendFlips: 0,
    })
  })

  test('counts servers that changed place, and consensus that was taken from another weight', () => {
    const errors = compareEpochs(
      faithful({
        consensus: Float32Array.of(0, 0.5, Math.fround(1 / 3)),
        incentive: Float32Array.of(0, 0.25, 0.75),
      }),
      exact,
    )
    expect(errors).toMatchObject({ incentiveFlips: 1, dividendFlips: 0 })
    expect(errors.incentive).toBeCloseTo(2 / 3 - 0.25)
    expect(errors.cutoffFlips).toBe(1)
    expect(errors.consensus).toBeCloseTo(1 / 6)
  })

  test('neurons that became equal have not changed place', () => {
    const errors = compareEpochs(faithful({ incentive: Float32Array.of(0, 0.5, 0.5) }), exact)
    expect(errors.incentiveFlips).toBe(0)
  })

  test('measures bonds in units, those missing on one side too', () => {
    // Validator 0 holds 65535 of both servers.
    const bonds = {
      rowStart: Uint32Array.of(0, 1, 1, 1),
      column: Uint16Array.of(1),
      value: Uint16Array.of(65_533),
    }
    expect(compareEpochs(faithful({ bonds }), exact)).toMatchObject({ bondUnits: 65_535, bondsOff: 2 })
  })

  test('results of different sizes are refused', () => {
    expect(() => compareEpochs(faithful({ consensus: new Float32Array(2) }), exact)).toThrow(
      expect.objectContaining({ name: 'ShapeError', field: 'gpu.consensus' }),
    )
  })
})
