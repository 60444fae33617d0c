import type { EpochInput, EpochParams } from 'subnetkit/consensus'
import * as engine from 'subnetkit/engine'
import { epochInput, epochParams } from '../support/epochs.js'
import { freeOutput, u16s, u64s, wholes, wrongParams } from './epochArguments.js'
import { describeRefusals, type Entry } from './refuses.js'

const sketch = { weights: [[[1, 5]], []], stakeRao: [5, 0] } as const
const params = (): EpochParams => epochParams()
const input = (): EpochInput => epochInput(sketch)
const subnets = () => [{ input: input(), params: params() }]
const yuma = new engine.YumaConsensus(params())
const output = () => yuma.run(input())

const wrongInput = (path: string): Record<string, readonly unknown[]> => ({
  [`${path}.n`]: [...wholes, 1, 32_769],
  [`${path}.currentBlock`]: wholes,
  [`${path}.emissionRao`]: u64s,
  [`${path}.lastUpdate`]: [new Float64Array(3), Float64Array.of(0, 0.5)],
  [`${path}.validatorPermit`]: [new Uint8Array(3), Uint8Array.of(0, 2)],
  [`${path}.ownerUid`]: u16s,
})
/**
 * Every field of an input is needed, so that no slip in a name goes unnoticed; what a larger record holds besides, such as a
 * recorded step, is no part of it.
 */
const freeInput = (path: string): string[] => [
  `${path}.unheardOf`,
  `${path}.weights.unheardOf`,
  `${path}.bonds.unheardOf`,
]
/** A number is right where the sample has none. */
const rightInput = (path: string): Record<string, readonly unknown[]> => ({ [`${path}.ownerUid`]: [5] })

const noDevice = { requestAdapter: async () => null }
const gpuEngine = () =>
  engine.GpuYumaConsensus.create(params(), { webgpu: { gpu: noDevice }, fallback: 'exact' })

async function ranBatch(): Promise<engine.EpochBatch> {
  await using pool = await engine.EpochPool.start({ workers: 0 })
  const batch = new engine.EpochBatch(subnets())
  await pool.run(batch)
  return batch
}

async function pooled(batch: engine.EpochBatch, options: engine.BatchRunOptions): Promise<void> {
  await using pool = await engine.EpochPool.start({ workers: 0 })
  await pool.run(batch, options)
}

const runOptions = () => ({ signal: new AbortController().signal, onProgress: () => {} })
const clock = { now: () => 0, setTimer: () => () => {}, hold: <T>(work: () => T): T => work() }
const threads = () => ({ workers: 0, memoryLimitMb: 16, clock })
const batchOptions = () => ({ engine: 'plain', maxBytes: 2 ** 30 })
const optionalKeys = (options: object): string[] => [
  'options',
  ...Object.keys(options).map((key) => `options.${key}`),
]
const wrongThreads = { 'options.workers': [-1, 1.5, 65], 'options.memoryLimitMb': [3, 1.5] }
/** A clock of the caller's may have more. */
const freeClock = ['options.clock.unheardOf']

const ofSubnets: Pick<Entry, 'free' | 'alsoRight' | 'alsoWrong'> = {
  free: freeInput('subnets[0].input'),
  alsoRight: { subnets: [[]], options: [{}], ...rightInput('subnets[0].input') },
  alsoWrong: {
    ...wrongParams('subnets[0].params'),
    'subnets[0].input.n': wholes,
    'options.maxBytes': [1.5],
    'options.engine': ['gpu'],
  },
}

describeRefusals('engine', engine, {
  checkEpochParams: {
    params: ['params'],
    args: () => [params()],
    call: engine.checkEpochParams,
    alsoWrong: wrongParams('params'),
  },
  checkEpochInput: {
    params: ['input'],
    args: () => [input()],
    call: engine.checkEpochInput,
    free: freeInput('input'),
    alsoRight: rightInput('input'),
    alsoWrong: wrongInput('input'),
  },
  YumaConsensus: {
    params: ['params', 'options'],
    args: () => [params(), { engine: 'plain', path: 'auto', reuseOutput: true }],
    call: (given: EpochParams, options: engine.YumaConsensusOptions) =>
      new engine.YumaConsensus(given, options),
    optional: ['options', 'options.engine', 'options.path', 'options.reuseOutput'],
    alsoRight: { options: [{}] },
    alsoWrong: { ...wrongParams('params'), 'options.engine': ['gpu'], 'options.path': ['fast'] },
  },
  epochFunction: {
    params: ['options'],
    args: () => [{ engine: 'plain' }],
    call: engine.epochFunction,
    optional: ['options', 'options.engine'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.engine': ['gpu'] },
  },
  'YumaConsensus#run': {
    params: ['input'],
    args: () => [input()],
    call: (given: EpochInput) => yuma.run(given),
    free: freeInput('input'),
    alsoRight: rightInput('input'),
    alsoWrong: wrongInput('input'),
  },
  'YumaConsensus#session': {
    params: ['bonds'],
    args: () => [input().bonds],
    call: (bonds: EpochInput['bonds']) => yuma.session(bonds),
    optional: ['bonds'],
    free: ['bonds.unheardOf'],
    alsoWrong: { 'bonds.rowStart': [new Uint32Array(0), Uint32Array.of(1, 0)] },
  },
  EpochSession: 'made by YumaConsensus.session; what its constructor takes is not exported',
  'EpochSession#run': {
    params: ['input'],
    args: () => {
      const { bonds: _, ...given } = input()
      return [given]
    },
    call: (given: engine.SessionInput) => yuma.session().run(given),
    free: freeInput('input'),
    alsoRight: rightInput('input'),
    alsoWrong: wrongInput('input'),
  },
  'EpochSession#bonds': 'takes nothing',
  loadWasmEngine: 'takes nothing',
  EpochBatch: {
    params: ['subnets', 'options'],
    args: () => [subnets(), batchOptions()],
    call: (given: engine.BatchSubnet[], options: engine.EpochBatchOptions) =>
      new engine.EpochBatch(given, options),
    optional: optionalKeys(batchOptions()),
    ...ofSubnets,
  },
  'EpochBatch#output': {
    params: ['index'],
    args: () => [0],
    call: async (index: number) => (await ranBatch()).output(index),
    alsoWrong: { index: [1, 0.5, '0'] },
  },
  'EpochBatch#advance': {
    params: ['options'],
    args: () => [{ blocks: 100 }],
    call: async (options: { blocks: number }) => (await ranBatch()).advance(options),
    alsoWrong: { 'options.blocks': wholes },
  },
  'EpochBatch#set': {
    params: ['index', 'changes'],
    args: () => [0, input()],
    call: (index: number, changes: Partial<EpochInput>) =>
      new engine.EpochBatch(subnets()).set(index, changes),
    // What is left out stays as it is.
    optional: ['changes.n'].concat(Object.keys(input()).map((name) => `changes.${name}`)),
    free: ['changes.weights.unheardOf', 'changes.bonds.unheardOf'],
    alsoRight: { 'changes.ownerUid': [5], changes: [{}] },
    alsoWrong: { index: [1, 0.5], 'changes.n': wholes, 'changes.emissionRao': u64s },
  },
  'EpochPool.start': {
    params: ['options'],
    args: () => [threads()],
    call: engine.EpochPool.start,
    after: (pool) => (pool as engine.EpochPool).close(),
    optional: optionalKeys(threads()),
    free: freeClock,
    alsoRight: { options: [{}] },
    alsoWrong: wrongThreads,
  },
  EpochPool: 'made by EpochPool.start',
  'EpochPool#run': {
    params: ['batch', 'options'],
    args: () => [new engine.EpochBatch(subnets()), runOptions()],
    call: pooled,
    optional: optionalKeys(runOptions()),
    alsoRight: { options: [{}] },
  },
  'EpochPool#close': 'takes nothing',
  epochBatch: {
    params: ['subnets', 'options'],
    args: () => [subnets(), { ...threads(), ...batchOptions(), ...runOptions() }],
    call: engine.epochBatch,
    optional: optionalKeys({ ...threads(), ...batchOptions(), ...runOptions() }),
    ...ofSubnets,
    free: [...freeInput('subnets[0].input'), ...freeClock],
    alsoWrong: { ...ofSubnets.alsoWrong, ...wrongThreads },
  },
  GpuYumaConsensus: 'made by GpuYumaConsensus.create',
  'GpuYumaConsensus.create': {
    params: ['params', 'options'],
    args: () => [params(), { webgpu: { gpu: noDevice }, fallback: 'exact', maxChunkBytes: 2 ** 20 }],
    call: engine.GpuYumaConsensus.create,
    after: (gpu) => (gpu as engine.GpuYumaConsensus).close(),
    optional: [
      'options',
      'options.webgpu',
      'options.webgpu.gpu',
      'options.webgpu.powerPreference',
      'options.maxChunkBytes',
    ],
    // A driver's own object, which has more.
    free: ['options.webgpu.gpu.unheardOf', 'options.fallback'],
    alsoRight: { options: [{}], 'options.webgpu': [{}] },
    alsoWrong: {
      ...wrongParams('params'),
      'options.webgpu.powerPreference': ['most'],
      'options.maxChunkBytes': [0, -1, 1.5],
    },
  },
  'GpuYumaConsensus#run': {
    params: ['input'],
    args: () => [input()],
    call: async (given: EpochInput) => (await gpuEngine()).run(given),
    free: freeInput('input'),
    alsoRight: rightInput('input'),
    alsoWrong: wrongInput('input'),
  },
  'GpuYumaConsensus#runBatch': {
    params: ['subnets'],
    args: () => [subnets()],
    call: async (given: engine.GpuSubnet[]) => (await gpuEngine()).runBatch(given),
    optional: ['subnets[0].params'],
    free: freeInput('subnets[0].input'),
    alsoRight: { subnets: [[]], ...rightInput('subnets[0].input') },
    alsoWrong: wrongParams('subnets[0].params'),
  },
  'GpuYumaConsensus#close': 'takes nothing',
  compareEpochs: {
    params: ['gpu', 'exact'],
    args: async () => [await (await gpuEngine()).run(input()), { ...output() }],
    call: engine.compareEpochs,
    free: [
      'gpu.unheardOf',
      'gpu.bonds.unheardOf',
      // How it was computed, and what is exact anyway.
      ...['info', 'active', 'validatorPermit'].map((name) => `gpu.${name}`),
      ...freeOutput('exact'),
      ...Object.keys(output())
        .filter((name) => !['active', 'raw', 'bonds'].includes(name))
        .map((name) => `exact.${name}`),
    ],
    alsoWrong: { 'gpu.consensus': [new Float32Array(3)] },
  },
})
