import { describe, expect, it } from 'vitest'
import {
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  emptySparseRows,
  rowsOf,
  runEpoch,
  sparseRowsFrom,
} from '../../../src/consensus/index.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const ONE = 2 ** 32
const raw = (column: BigInt64Array): number[] => Array.from(column, Number)
const rawRow = (output: EpochOutput, i: number): [number, number][] => {
  const { rowStart, column, raw: values } = output.raw.bonds
  return Array.from(column.subarray(rowStart[i]!, rowStart[i + 1]!), (j, k) => [
    j,
    Number(values[rowStart[i]! + k]!),
  ])
}

/** Two equal validators and two servers. */
const PAIR = {
  weights: [
    [[2, 65_535]],
    [
      [2, 32_768],
      [3, 32_768],
    ],
    [],
    [],
  ] as [number, number][][],
  stakeRao: [1000, 1000, 0, 0],
}
const run = (
  sketch: Parameters<typeof epochInput>[0],
  params: Partial<EpochParams> = {},
  input: Partial<EpochInput> = {},
): EpochOutput => runEpoch(epochInput(sketch, input), epochParams(params))

describe('runEpoch: activity and stake', () => {
  it('counts a weight update exactly at the cutoff as active', () => {
    const output = run(PAIR, {}, { lastUpdate: Float64Array.of(500, 499, 501, 1000) })
    expect([...output.active]).toEqual([1, 0, 1, 1])
    expect(raw(output.raw.activeStake)).toEqual([ONE, 0, 0, 0])
  })

  it('adds root stake at its weight, floored, and holds amounts above 2^53', () => {
    const output = run(
      { weights: [[], []], stakeRao: [2n ** 53n + 1n, 0] },
      // Half of 2^64 - 1 rounds down to one 2^-32 below one half: 2^60 * 0.5 loses 2^28.
      { taoWeightU64: (1n << 63n) - 1n },
      { taoStakeRao: BigUint64Array.of(0n, 1n << 60n) },
    )
    expect([...output.stakeRao]).toEqual([2n ** 53n + 1n, (1n << 59n) - (1n << 28n)])
  })

  it('drops stakes below the threshold, keeps equal ones and always the owner', () => {
    const sketch = { weights: [[], [], []], stakeRao: [999, 1000, 1] }
    const output = run(sketch, { stakeThresholdRao: 1000n }, { ownerUid: 2 })
    // 1000 / 1001 and 1 / 1001, floored at 32 bits.
    expect(raw(output.raw.stake)).toEqual([0, 4_290_676_619, 4_290_676])
    expect([...output.stakeRao]).toEqual([999n, 1000n, 1n])
  })

  it('weighs a combined stake against the threshold rounded down', () => {
    const output = run(
      { weights: [[]], stakeRao: [9] },
      { stakeThresholdRao: 10n, taoWeightU64: (1n << 63n) - 1n },
      { taoStakeRao: BigUint64Array.of(1n) },
    )
    expect(raw(output.raw.stake)).toEqual([0])
  })
})

describe('runEpoch: permits', () => {
  const equal = { weights: [[], [], [], []], stakeRao: [5, 5, 5, 0] }

  it('gives the higher uid the permit among equal stakes', () => {
    expect([...run(equal, { maxAllowedValidators: 2 }).validatorPermit]).toEqual([0, 1, 1, 0])
  })

  it('never gives a permit without stake, except to the owner, who comes on top', () => {
    expect([...run(equal, { maxAllowedValidators: 64 }).validatorPermit]).toEqual([1, 1, 1, 0])
    const owned = run(equal, { maxAllowedValidators: 1 }, { ownerUid: 3 })
    expect([...owned.validatorPermit]).toEqual([0, 0, 1, 1])
  })

  it('gives none when none are allowed', () => {
    expect([...run(equal, { maxAllowedValidators: 0 }).validatorPermit]).toEqual([0, 0, 0, 0])
  })

  it('ignores an owner outside the subnet', () => {
    expect([...run(equal, {}, { ownerUid: 9 }).validatorPermit]).toEqual([1, 1, 1, 0])
  })
})

describe('runEpoch: which weights count', () => {
  it('drops self-weights, except the owner’s own', () => {
    const sketch = {
      weights: [
        [
          [0, 1],
          [1, 1],
        ],
        [],
      ] as [number, number][][],
      stakeRao: [1, 0],
    }
    expect(raw(run(sketch).raw.consensus)).toEqual([0, ONE])
    expect(raw(run(sketch, {}, { ownerUid: 0 }).raw.consensus)).toEqual([ONE / 2, ONE / 2])
  })

  it('drops weights not renewed since their target registered, the same block included', () => {
    const registered = Float64Array.of(0, 0, 990, 989)
    const output = run(PAIR, {}, { blockAtRegistration: registered })
    // Validator 0 has no weight left, validator 1 all of its own on server 3.
    expect(raw(output.raw.validatorTrust)).toEqual([0, ONE, 0, 0])
    expect(rawRow(run(PAIR, { bondsPenaltyU16: 0 }, { blockAtRegistration: registered }), 1)).toEqual([
      [3, ONE],
    ])
  })

  it('drops weights of a holder with a commitment older than the target, under commit-reveal only', () => {
    const blocks = {
      blockAtRegistration: Float64Array.of(0, 0, 950, 950),
      earliestActiveCommitBlock: Float64Array.of(
        949,
        950,
        Number.POSITIVE_INFINITY,
        Number.POSITIVE_INFINITY,
      ),
    }
    const on = run(PAIR, { commitRevealEnabled: true, bondsPenaltyU16: 0 }, blocks)
    expect(rawRow(on, 0)).toEqual([])
    expect(rawRow(on, 1)).toHaveLength(2)
    expect(rawRow(run(PAIR, { bondsPenaltyU16: 0 }, blocks), 0)).toHaveLength(1)
  })

  it('drops targets outside the subnet before normalising', () => {
    const sketch = {
      weights: [
        [
          [1, 10],
          [2, 30],
        ],
        [],
      ] as [number, number][][],
      stakeRao: [1, 0],
    }
    expect(raw(run(sketch).raw.consensus)).toEqual([0, ONE])
  })

  it('keeps the weights of an inactive validator for its bonds', () => {
    const lastUpdate = Float64Array.of(400, 990, 990, 990)
    const output = run(PAIR, { yuma3Enabled: true, bondsPenaltyU16: 0 }, { lastUpdate })
    expect(raw(output.raw.activeStake)).toEqual([0, ONE, 0, 0])
    // A tenth of the weight 1.0: O - floor(0.9 * O).
    expect(rawRow(output, 0)).toEqual([[2, ONE - 3_865_470_566]])
  })

  it('counts the last value of a repeated target in the median', () => {
    const sketch = {
      weights: [
        [
          [1, 30],
          [1, 10],
          [2, 0],
        ],
        [],
        [],
      ] as [number, number][][],
      stakeRao: [1, 0, 0],
    }
    expect(raw(run(sketch).raw.consensus)).toEqual([0, ONE / 4, 0])
  })
})

describe('runEpoch: consensus', () => {
  const three = (votes: number[]): Parameters<typeof epochInput>[0] => ({
    weights: [
      ...votes.map((vote): [number, number][] => [
        [3, vote],
        [4, 65_535 - vote],
      ]),
      [],
      [],
    ],
    stakeRao: [1, 1, 1, 0, 0],
  })

  it('takes the stake’s own sum, not 1, for the majority: a cut-off third stays a third', () => {
    // Shares are floor(O / 3) each and sum to O - 1; two thirds by stake against kappa 43690/65535.
    const output = run(three([0, 65_535, 65_535]), { kappaU16: 43_690 })
    expect(raw(output.raw.activeStake).reduce((a, b) => a + b)).toBe(ONE - 1)
    expect(raw(output.raw.consensus)[3]).toBe(ONE)
  })

  it('takes the smallest vote at kappa 1 and the largest at kappa 0', () => {
    expect(raw(run(three([10_000, 20_000, 30_000]), { kappaU16: 65_535 }).raw.consensus)[3]).toBe(
      Math.floor((10_000 * ONE) / 65_535),
    )
    expect(raw(run(three([10_000, 20_000, 30_000]), { kappaU16: 0 }).raw.consensus)[3]).toBe(
      Math.floor((30_000 * ONE) / 65_535),
    )
  })
})

describe('runEpoch: clipped weights', () => {
  it('keeps an explicit zero where there is no consensus and drops what lies above', () => {
    // Server 3 has a minority vote only: its consensus is 0.
    const sketch = {
      weights: [
        [
          [2, 65_535],
          [3, 0],
        ],
        [
          [2, 65_535],
          [3, 100],
        ],
        [[0, 1]],
        [],
      ] as [number, number][][],
      stakeRao: [3, 1, 0, 0],
      bonds: [[[3, 65_535]], [[3, 65_535]], [], []] as [number, number][][],
    }
    const output = run(sketch, { yuma3Enabled: true, liquidAlphaEnabled: true })
    expect(raw(output.raw.consensus)[3]).toBe(0)
    expect(rawRow(output, 0).map(([j]) => j)).toEqual([2, 3])
    expect(rawRow(output, 1).map(([j]) => j)).toEqual([2])
  })
})

describe('runEpoch: bonds', () => {
  it('masks old bonds on targets registered since the last epoch, the next block included', () => {
    const sketch = {
      ...PAIR,
      bonds: [
        [
          [2, 65_535],
          [3, 65_535],
        ],
        [],
        [],
        [],
      ] as [number, number][][],
    }
    const registered = { blockAtRegistration: Float64Array.of(0, 0, 900, 899) }
    const after = run(sketch, { yuma3Enabled: true }, { ...registered, lastStepBlock: 899 })
    expect(rawRow(after, 0).map(([j]) => j)).toEqual([2, 3])
    expect(rawRow(after, 0)[0]![1]).toBeLessThan(rawRow(after, 0)[1]![1])
    // No epoch recorded: one tempo before now, 900 again.
    expect(rawRow(run(sketch, { yuma3Enabled: true }, { ...registered, lastStepBlock: 0 }), 0)).toEqual(
      rawRow(after, 0),
    )
  })

  it('reaches back no further than block 0 when no epoch is recorded', () => {
    const sketch = { ...PAIR, bonds: [[[2, 65_535]], [], [], []] as [number, number][][] }
    const early = { lastStepBlock: 0, currentBlock: 50, blockAtRegistration: new Float64Array(4) }
    expect(
      rawRow(run(sketch, { yuma3Enabled: true, kappaU16: 65_535, bondsPenaltyU16: 0 }, early), 0),
    ).toEqual([
      // Block 0 is not after the registration at 0, so only the new part is there.
      [2, ONE - 3_865_470_566],
    ])
  })

  it('lets a bond without a weight decay at the common rate and lose all at once at its own', () => {
    const sketch = { ...PAIR, bonds: [[[3, 65_535]], [], [], []] as [number, number][][] }
    expect(rawRow(run(sketch, { yuma3Enabled: true }), 0).map(([j]) => j)).toEqual([2, 3])
    const liquid = run(sketch, { yuma3Enabled: true, liquidAlphaEnabled: true })
    expect(rawRow(liquid, 0).map(([j]) => j)).toEqual([2])
  })

  it('drops explicit zeros and orders rows under a partial penalty', () => {
    const sketch = {
      weights: [
        [
          [2, 1],
          [1, 1],
          [3, 0],
        ],
        [],
        [],
        [],
      ] as [number, number][][],
      stakeRao: [1, 0, 0, 0],
    }
    const bondsOf = (bondsPenaltyU16: number): number[] =>
      rawRow(run(sketch, { yuma3Enabled: true, liquidAlphaEnabled: true, bondsPenaltyU16 }), 0).map(
        ([j]) => j,
      )
    expect(bondsOf(32_767)).toEqual([1, 2])
    expect(bondsOf(65_535)).toEqual([2, 1])
  })

  it('adds up repeated old bonds in the common-rate average and holds stored values at 65535', () => {
    const sketch = {
      weights: [[[1, 1]], []] as [number, number][][],
      stakeRao: [1, 0],
      bonds: [
        [
          [1, 65_535],
          [1, 65_535],
        ],
        [],
      ] as [number, number][][],
    }
    const output = run(sketch, { yuma3Enabled: true, bondsMovingAveragePpm: 1_000_000 })
    expect(rawRow(output, 0)).toEqual([[1, 2 * ONE]])
    expect(rowsOf(output.bonds)).toEqual([[[1, 65_535]], []])
  })

  it('computes the rate of a repeated or misplaced bond as the chain’s walk meets it', () => {
    const bondOf = (bonds: [number, number][]): number => {
      const sketch = {
        weights: [
          [
            [1, 1],
            [2, 1],
          ],
          [],
          [],
        ] as [number, number][][],
        stakeRao: [1, 0, 0],
      }
      const output = run(
        { ...sketch, bonds: [bonds, [], []] },
        { yuma3Enabled: true, liquidAlphaEnabled: true, alphaLowU16: 0, alphaHighU16: 65_535 },
      )
      return rawRow(output, 0)[0]![1]
    }
    // The bond itself is 0 in both; its rate is that of the first value met: 65535, far above the weight.
    expect(
      bondOf([
        [1, 65_535],
        [1, 0],
      ]),
    ).toBeGreaterThan(bondOf([[1, 0]]))
    // A bond behind a higher target is not met, so the rate sees none; the level it decays from is still there.
    expect(
      bondOf([
        [2, 0],
        [1, 65_535],
      ]),
    ).toBeGreaterThan(bondOf([[1, 65_535]]))
    // Even a target outside the subnet hides what follows it.
    expect(
      bondOf([
        [9, 0],
        [1, 65_535],
      ]),
    ).toBe(
      bondOf([
        [2, 0],
        [1, 65_535],
      ]),
    )
  })

  it('stores rows of next permits only, tiny bonds as explicit zeros, and gives every row raw', () => {
    const sketch = { ...PAIR, bonds: [[[3, 1]], [], [[3, 9]], []] as [number, number][][] }
    const output = run(sketch, { yuma3Enabled: true, maxAllowedValidators: 1 })
    expect(rowsOf(output.bonds)[0]).toEqual([])
    expect(rowsOf(output.bonds)[2]).toEqual([])
    expect(rawRow(output, 0).map(([j]) => j)).toEqual([2, 3])
    expect(rawRow(output, 2).map(([j]) => j)).toEqual([3])
    // 0.9 of 1/65535 is below one part of 65535.
    const allowed = run(sketch, { yuma3Enabled: true })
    expect(rowsOf(allowed.bonds)[0]).toContainEqual([3, 0])
  })

  it('gives the largest holder of every server 65535 in the original Yuma', () => {
    const stored = rowsOf(run(PAIR, { bondsPenaltyU16: 0 }).bonds)
    expect(
      Math.max(
        ...stored
          .flat()
          .filter(([j]) => j === 2)
          .map(([, value]) => value),
      ),
    ).toBe(65_535)
    expect(
      Math.max(
        ...stored
          .flat()
          .filter(([j]) => j === 3)
          .map(([, value]) => value),
      ),
    ).toBe(65_535)
  })
})

describe('runEpoch: emission', () => {
  const single = { weights: [[[1, 1]], []] as [number, number][][], stakeRao: [1, 0] }

  it('halves the emission between servers and validators, rounding each down', () => {
    const output = run(single, {}, { emissionRao: 1_000_000_001n })
    expect([...output.serverEmissionRao]).toEqual([0n, 500_000_000n])
    expect([...output.validatorEmissionRao]).toEqual([500_000_000n, 0n])
    expect([...output.combinedEmissionRao]).toEqual([500_000_000n, 500_000_000n])
  })

  it('rounds the combined emission on its own: one more than the two parts', () => {
    // Both validate and serve each other, so each holds half of both: parts of 0.25 and 0.25 of 3 rao, 0.5 of 3.
    const mutual = { weights: [[[1, 1]], [[0, 1]]] as [number, number][][], stakeRao: [1, 1] }
    const output = run(mutual, {}, { emissionRao: 3n })
    expect([...output.serverEmissionRao]).toEqual([0n, 0n])
    expect([...output.validatorEmissionRao]).toEqual([0n, 0n])
    expect([...output.combinedEmissionRao]).toEqual([1n, 1n])
  })

  it('pays by active stake when there are no weights, and by all stake when nobody is active', () => {
    const sketch = { weights: [[], [], []], stakeRao: [3, 1, 4] }
    const permits = Uint8Array.of(1, 1, 0)
    const active = run(sketch, {}, { emissionRao: 1000n, validatorPermit: permits })
    expect([...active.validatorEmissionRao]).toEqual([750n, 250n, 0n])
    expect([...active.combinedEmissionRao]).toEqual([750n, 250n, 0n])
    expect([...active.serverEmissionRao]).toEqual([0n, 0n, 0n])
    const idle = run(sketch, {}, { emissionRao: 1000n, lastUpdate: new Float64Array(3) })
    expect([...idle.validatorEmissionRao]).toEqual([375n, 125n, 500n])
  })

  it('is exact for the largest emission there can be', () => {
    const output = run(single, {}, { emissionRao: 2n ** 64n - 1n })
    expect([...output.serverEmissionRao]).toEqual([0n, 2n ** 63n - 1n])
  })

  it('pays nothing where there is nothing at all', () => {
    const output = run({ weights: [[], []], stakeRao: [0, 0] })
    expect([...output.combinedEmissionRao]).toEqual([0n, 0n])
  })
})

describe('runEpoch: sizes', () => {
  it('gives empty columns for a subnet without neurons', () => {
    const output = run({ weights: [], stakeRao: [] })
    expect(output.incentiveU16).toHaveLength(0)
    expect(rowsOf(output.bonds)).toEqual([])
  })

  it('takes 16,384 neurons', () => {
    const n = 16_384
    const input = epochInput({ weights: [], stakeRao: [] })
    const row = Array.from({ length: n - 1 }, (_, k): [number, number] => [k + 1, 65_535])
    const output = runEpoch(
      {
        ...input,
        n,
        lastUpdate: new Float64Array(n).fill(990),
        blockAtRegistration: new Float64Array(n),
        alphaStakeRao: BigUint64Array.from({ length: n }, (_, i) => (i === 0 ? 1n : 0n)),
        taoStakeRao: new BigUint64Array(n),
        validatorPermit: Uint8Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0)),
        earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
        weights: sparseRowsFrom([row, ...Array.from({ length: n - 1 }, () => [])]),
        bonds: emptySparseRows(n),
      },
      epochParams(),
    )
    // floor(O / 16383), and that once more as a share of the sum of all of them.
    const weight = Math.floor(ONE / (n - 1))
    expect(Number(output.raw.consensus[n - 1])).toBe(weight)
    expect(Number(output.raw.incentive[n - 1])).toBe(Math.floor(ONE / (n - 1)))
    expect(Number(output.raw.dividends[0])).toBe(ONE)
  })

  it('changes nothing that is passed in', () => {
    const input = epochInput(
      {
        ...PAIR,
        bonds: [
          [
            [2, 5],
            [3, 9],
          ],
          [],
          [],
          [],
        ],
      },
      { ownerUid: 3 },
    )
    const before = structuredClone(input)
    for (const yuma3Enabled of [false, true]) {
      for (const liquidAlphaEnabled of [false, true]) {
        runEpoch(input, epochParams({ yuma3Enabled, liquidAlphaEnabled, bondsPenaltyU16: 30_000 }))
      }
    }
    expect(input).toEqual(before)
  })
})
