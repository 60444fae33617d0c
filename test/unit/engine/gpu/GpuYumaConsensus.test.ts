import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GpuDevice, type GpuLike } from '../../../../src/compute/index.js'
import {
  type EpochInput,
  type EpochParams,
  runEpoch,
  sparseRowsFrom,
} from '../../../../src/consensus/index.js'
import { compareEpochs, type GpuEpochOutput, GpuYumaConsensus } from '../../../../src/engine/index.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { largeNetwork } from '../../../property/largeNetworks.js'
import { randomNetwork } from '../../../property/randomNetworks.js'
import { epochInput, epochParams, rulesOf } from '../../../support/epochs.js'
import { nodeWebGpu } from '../../../support/gpu.js'
import { GPU_TOLERANCE } from '../../../support/gpuEpochs.js'
import { testNeeding } from '../../../support/requirement.js'

const webGpu = await nodeWebGpu()
const noAdapter: GpuLike = { requestAdapter: async () => null }
/** A driver on the processor takes seconds for each new shader. */
const PATIENCE_MS = 120_000

const small = epochInput({
  weights: [
    [
      [2, 1],
      [3, 3],
    ].map(pair),
    [
      [2, 2],
      [3, 2],
    ].map(pair),
    [],
    [],
  ],
  stakeRao: [3, 1, 0, 0],
  bonds: [[[2, 65_535]].map(pair), [[3, 100]].map(pair), [], []],
})

function pair([target, value]: number[]): readonly [number, number] {
  return [target!, value!]
}

/** All that an output says, bonds included. */
function plain({ bonds, ...columns }: GpuEpochOutput): object {
  return { ...columns, bonds }
}

describe('GpuYumaConsensus', () => {
  let device: GpuDevice
  let gpu: GpuYumaConsensus
  beforeAll(async () => {
    if (webGpu.missing !== undefined) return
    device = await GpuDevice.open()
    gpu = await GpuYumaConsensus.create(epochParams(), { device })
  })
  afterAll(() => device?.close())

  testNeeding(
    webGpu,
    'computes a small epoch as by hand',
    async () => {
      const output = await gpu.run(small)
      // Both give 2 and 3 a quarter and three quarters, or halves; three quarters of the stake decide for the former.
      expect(output.consensus).toEqual(Float32Array.of(0, 0, 0.25, 0.5 + 0.25))
      expect(output.validatorTrust).toEqual(Float32Array.of(1, 0.75, 0, 0))
      expect(output.active).toEqual(Uint8Array.of(1, 1, 1, 1))
      expect(output.validatorPermit).toEqual(Uint8Array.of(1, 1, 0, 0))
      expect(output.info).toEqual({ engine: 'gpu', closeCalls: 0 })
      expect(gpu.info).toMatchObject({
        engine: 'gpu',
        device: webGpu.device,
        fallback: null,
        lastRun: { subnets: 1, chunks: 1, closeCalls: 0 },
      })
    },
    PATIENCE_MS,
  )

  testNeeding(
    webGpu,
    'hands bonds and permits on from epoch to epoch as the exact engine does',
    async () => {
      const random = new SeededRandom('gpu sequence')
      const { input } = largeNetwork(random)
      const params = epochParams({ yuma3Enabled: true })
      let [onDevice, exactly] = [input, input]
      for (let epoch = 0; epoch < 4; epoch++) {
        const [output] = await gpu.runBatch([{ input: onDevice, params }])
        const expected = runEpoch(exactly, params)
        expect(compareEpochs(output!, expected)).toMatchObject({
          bondsOff: 0,
          cutoffFlips: 0,
          incentiveFlips: 0,
        })
        onDevice = { ...onDevice, bonds: output!.bonds, validatorPermit: output!.validatorPermit }
        exactly = { ...exactly, bonds: expected.bonds, validatorPermit: expected.validatorPermit }
      }
    },
    PATIENCE_MS,
  )

  testNeeding(
    webGpu,
    'a batch gives what single runs give, in one piece or many',
    async () => {
      const random = new SeededRandom('gpu batch')
      const subnets = Array.from({ length: 24 }, (_, k) => {
        const { input, params } = k % 6 === 0 ? largeNetwork(random) : randomNetwork(random, 'ordered')
        const rules =
          k % 2 === 0
            ? { ...rulesOf(false, false), bondsPenaltyU16: 65_535 }
            : { ...rulesOf(true, true), bondsPenaltyU16: 0 }
        return { input, params: { ...params, ...rules } }
      })
      const together = await gpu.runBatch(subnets)
      const pieces = await GpuYumaConsensus.create(epochParams(), { device, maxChunkBytes: 20_000 })
      const apart = await pieces.runBatch(subnets)
      expect(pieces.info.lastRun!.chunks).toBeGreaterThan(gpu.info.lastRun!.chunks)
      expect(apart.map(plain)).toEqual(together.map(plain))
      for (const [k, subnet] of subnets.entries()) {
        const [alone] = await gpu.runBatch([subnet])
        expect(plain(alone!), `subnet ${k}`).toEqual(plain(together[k]!))
      }
    },
    PATIENCE_MS,
  )

  testNeeding(
    webGpu,
    'long columns, whose rows eight threads share, give the same',
    async () => {
      const n = 300
      const random = new SeededRandom('gpu long columns')
      const rows = () =>
        sparseRowsFrom(
          Array.from({ length: n }, () =>
            Array.from({ length: 40 }, (_, j): [number, number] => [j, 1 + random.int(65_535)]),
          ),
        )
      const input = epochInput(
        {
          weights: Array.from({ length: n }, () => []),
          stakeRao: Array.from({ length: n }, () => 1 + random.int(1e9)),
        },
        { weights: rows(), bonds: rows() },
      )
      const subnets = [{}, { yuma3Enabled: true, bondsPenaltyU16: 30_000 }].map((changes) => ({
        input,
        params: epochParams({ maxAllowedValidators: n, ...changes }),
      }))
      const outputs = await gpu.runBatch(subnets)
      for (const [k, { params }] of subnets.entries()) {
        const errors = compareEpochs(outputs[k]!, runEpoch(input, params))
        expect(errors).toMatchObject({ cutoffFlips: 0, incentiveFlips: 0 })
        expect(errors.dividends).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.bondUnits).toBeLessThanOrEqual(1)
      }
    },
    PATIENCE_MS,
  )

  testNeeding(webGpu, 'an empty batch is an empty list', async () => {
    expect(await gpu.runBatch([])).toEqual([])
    expect(gpu.info.lastRun).toEqual({ subnets: 0, chunks: 0, deviceUs: 0, closeCalls: 0 })
  })

  describe('extreme inputs agree with the exact engine', () => {
    const all = (n: number, value: number): [number, number][][] =>
      Array.from({ length: n }, () => Array.from({ length: n }, (_, j) => [j, value]))
    const ones = (n: number): number[] => Array.from({ length: n }, () => 1)
    const max = epochInput({ weights: all(9, 65_535), stakeRao: ones(9), bonds: all(9, 65_535) })
    const cases: [string, EpochInput, Partial<EpochParams>?][] = [
      ['no neuron', epochInput({ weights: [], stakeRao: [] })],
      ['one neuron', epochInput({ weights: [[]], stakeRao: [5] })],
      [
        'one neuron that owns and scores itself',
        epochInput({ weights: [[[0, 9]]], stakeRao: [5] }, { ownerUid: 0 }),
      ],
      ['no stake', epochInput({ weights: all(4, 7), stakeRao: [0, 0, 0, 0], bonds: all(4, 7) })],
      ['all weights zero', epochInput({ weights: all(5, 0), stakeRao: ones(5), bonds: all(5, 9) })],
      [
        'all weights, bonds and stakes equal',
        epochInput({ weights: all(8, 3), stakeRao: ones(8), bonds: all(8, 3) }),
      ],
      ['everything at its maximum', max],
      [
        'one staker with everything',
        epochInput({ weights: all(6, 1), stakeRao: [7, 0, 0, 0, 0, 0], bonds: all(6, 65_535) }),
      ],
      ['one target', epochInput({ weights: [[[2, 1]], [[2, 65_535]], []], stakeRao: [2, 1, 0] })],
      [
        'a row of one unit against the largest',
        epochInput({
          weights: [
            [
              [2, 1],
              [3, 65_535],
            ],
            [
              [2, 65_535],
              [3, 1],
            ],
            [],
            [],
          ],
          stakeRao: [1, 1, 0, 0],
        }),
      ],
      ['stakes of one rao and of 2^62', epochInput({ weights: all(3, 5), stakeRao: [1n, 2n ** 62n, 1n] })],
      ['kappa 0', max, { kappaU16: 0 }],
      ['kappa 1', max, { kappaU16: 65_535 }],
      ['old bonds only', max, { bondsMovingAveragePpm: 1_000_000 }],
      ['new bonds only', max, { bondsMovingAveragePpm: 0 }],
      [
        'targets outside the subnet',
        epochInput({
          weights: [
            [
              [1, 2],
              [2, 5],
              [9, 9],
            ],
            [],
          ],
          stakeRao: [1, 0],
          bonds: [
            [
              [1, 2],
              [9, 9],
            ],
            [],
          ],
        }),
      ],
      ['a voter who has no row', epochInput({ weights: [[[1, 2]], [], []], stakeRao: [1, 0, 1] })],
    ]
    for (const [title, input, changes] of cases) {
      testNeeding(
        webGpu,
        title,
        async () => {
          for (const yuma3Enabled of [false, true]) {
            for (const bondsPenaltyU16 of [65_535, 0, 30_000]) {
              for (const liquidAlphaEnabled of yuma3Enabled ? [false, true] : [false]) {
                const params = epochParams({ ...changes, yuma3Enabled, bondsPenaltyU16, liquidAlphaEnabled })
                const [output] = await gpu.runBatch([{ input, params }])
                const errors = compareEpochs(output!, runEpoch(input, params))
                expect(errors).toMatchObject({ cutoffFlips: 0, incentiveFlips: 0, dividendFlips: 0 })
                expect(errors.incentive).toBeLessThanOrEqual(GPU_TOLERANCE)
                expect(errors.dividends).toBeLessThanOrEqual(GPU_TOLERANCE)
                expect(errors.bondUnits).toBeLessThanOrEqual(1)
              }
            }
          }
        },
        PATIENCE_MS,
      )
    }
  })

  describe('refuses, naming the field', () => {
    testNeeding(webGpu, 'targets that repeat or descend', async () => {
      const repeated = sparseRowsFrom(
        [
          [],
          [
            [2, 5],
            [2, 6],
          ],
          [],
          [],
        ].map((row) => row.map((entry) => pair(entry))),
      )
      await expect(gpu.run({ ...small, weights: repeated })).rejects.toMatchObject({
        name: 'InvalidArgumentError',
        field: 'input.weights[1]',
        shortMessage: 'Invalid input.weights[1]: "target 2 after 2".',
      })
      const descending = sparseRowsFrom(
        [
          [
            [3, 5],
            [2, 6],
          ],
          [],
          [],
          [],
        ].map((row) => row.map((entry) => pair(entry))),
      )
      await expect(
        gpu.runBatch([{ input: small }, { input: { ...small, bonds: descending } }]),
      ).rejects.toMatchObject({
        name: 'InvalidArgumentError',
        field: 'subnets[1].input.bonds[0]',
      })
    })

    testNeeding(webGpu, 'columns of the wrong length, and parameters out of range', async () => {
      await expect(gpu.run({ ...small, lastUpdate: new Float64Array(3) })).rejects.toMatchObject({
        name: 'ShapeError',
        field: 'input.lastUpdate',
      })
      await expect(
        gpu.runBatch([{ input: small, params: epochParams({ kappaU16: 70_000 }) }]),
      ).rejects.toMatchObject({ field: 'subnets[0].params.kappaU16' })
    })

    test('parameters and options', async () => {
      await expect(GpuYumaConsensus.create(epochParams({ kappaU16: -1 }))).rejects.toMatchObject({
        field: 'params.kappaU16',
      })
      await expect(
        GpuYumaConsensus.create(epochParams(), { fallback: 'cpu' as 'exact' }),
      ).rejects.toMatchObject({ field: 'options.fallback' })
      await expect(GpuYumaConsensus.create(epochParams(), { maxChunkBytes: 0 })).rejects.toMatchObject({
        field: 'options.maxChunkBytes',
      })
    })
  })

  describe('without a device', () => {
    const webgpu = { gpu: noAdapter }

    test('is an error', async () => {
      await expect(GpuYumaConsensus.create(epochParams(), { webgpu })).rejects.toMatchObject({
        name: 'DeviceUnavailableError',
        kind: 'webgpu',
      })
    })

    test('computes exactly where that is allowed, and says so', async () => {
      await using exact = await GpuYumaConsensus.create(epochParams(), { webgpu, fallback: 'exact' })
      expect(exact.info).toMatchObject({
        engine: 'exact',
        device: null,
        fallback: 'The webgpu backend cannot be used: no driver on this machine offers an adapter.',
      })
      const output = await exact.run(small)
      expect(output.info.engine).toBe('exact')
      expect(compareEpochs(output, runEpoch(small, epochParams()))).toMatchObject({
        bondsOff: 0,
        cutoffFlips: 0,
        incentiveFlips: 0,
      })
    })
  })

  testNeeding(
    webGpu,
    'a network that the device cannot hold is an error, or goes to the exact engine',
    async () => {
      const tiny = await GpuDevice.open()
      Object.defineProperty(tiny, 'limits', { value: limitsOf(tiny) })
      const strict = await GpuYumaConsensus.create(epochParams(), { device: tiny })
      await expect(strict.run(small)).rejects.toMatchObject({
        name: 'DeviceTooSmallError',
        what: 'bytes in one buffer',
        limit: 64,
      })
      const lenient = await GpuYumaConsensus.create(epochParams(), { device: tiny, fallback: 'exact' })
      expect((await lenient.run(small)).info.engine).toBe('exact')
      expect(lenient.info).toMatchObject({
        fallback: expect.stringContaining('can hold 64 bytes in one buffer'),
      })
      tiny.close()
    },
  )

  testNeeding(webGpu, 'runs after its end reject, whatever it may fall back on', async () => {
    const ended = await GpuYumaConsensus.create(epochParams(), { fallback: 'exact' })
    await ended.close()
    await expect(ended.run(small)).rejects.toMatchObject({ name: 'DeviceLostError', reason: 'disposed' })
  })
})

function limitsOf({ limits }: GpuDevice): GpuDevice['limits'] {
  const { maxBufferSize, maxComputeWorkgroupsPerDimension, maxStorageBuffersPerShaderStage } = limits
  return {
    maxBufferSize,
    maxStorageBufferBindingSize: 64,
    maxComputeWorkgroupsPerDimension,
    maxStorageBuffersPerShaderStage,
  }
}
