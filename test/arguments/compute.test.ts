import { systemClock } from 'subnetkit/clock'
import * as compute from 'subnetkit/compute'
import { encodeOnnx } from '../../examples/forecast/training/onnxFile.js'
import { CheckedBackend } from '../../src/compute/CheckedBackend.js'
import { describeRefusals, type Entry, type Room } from './refuses.js'

const matrix = (): compute.Matrix => ({ rows: 2, columns: 2, data: Float32Array.of(1, 2, 2, 4) })
const scores16 = () => ({ rows: 2, columns: 2, data: Uint16Array.of(1, 2, 2, 4) })
const vector = (): Float32Array => Float32Array.of(1, 1)
const backend = await compute.createBackend({ kind: 'cpu' })

/** Every field of a matrix is needed: no slip in a name goes unnoticed. */
const ofMatrix = (name: string): Pick<Entry, 'free' | 'alsoWrong'> => ({
  free: [`${name}.unheardOf`],
  alsoWrong: {
    [`${name}.rows`]: [-1, 1.5],
    [`${name}.data`]: [new Float32Array(3), Float32Array.of(1, 2, 3, Number.NaN)],
  },
})
/** The backend is the caller's, and has more than is used. */
const freeBackend = (): string[] => ['backend.unheardOf', 'backend.info']

/** A device without drivers, which computes nothing. */
function fakeGpu(): compute.GpuLike {
  const buffer = {
    size: 4,
    destroy() {},
    mapAsync: async () => {},
    getMappedRange: () => new ArrayBuffer(4),
    unmap() {},
  }
  const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} }
  const encoder = { beginComputePass: () => pass, copyBufferToBuffer() {}, finish: () => ({}) }
  const limits = {
    maxBufferSize: 1_024,
    maxStorageBufferBindingSize: 1_024,
    maxComputeWorkgroupsPerDimension: 65_535,
    maxStorageBuffersPerShaderStage: 8,
  }
  const device = {
    limits,
    lost: new Promise(() => {}),
    queue: { writeBuffer() {}, submit() {} },
    createBuffer: () => buffer,
    createShaderModule: () => ({}),
    createComputePipelineAsync: async () => ({ getBindGroupLayout: () => ({}) }),
    createBindGroup: () => ({}),
    createCommandEncoder: () => encoder,
    pushErrorScope() {},
    popErrorScope: async () => null,
    destroy() {},
  }
  const info = { vendor: 'acme', architecture: '', device: '', description: '' }
  return {
    requestAdapter: async () => ({ info, limits, features: [], requestDevice: async () => device }),
  } as unknown as compute.GpuLike
}

const open = (): Promise<compute.GpuDevice> => compute.GpuDevice.open({ gpu: fakeGpu() })
const work = async () => {
  const device = await open()
  return [[{ shader: 'fn main() {}', buffers: [device.empty(4)], workgroups: 1 }], [device.empty(4)]]
}
const ofWork: Pick<Entry, 'params' | 'args' | 'free' | 'alsoRight' | 'alsoWrong'> = {
  params: ['steps', 'outputs'],
  args: work,
  // Buffers are the driver's own objects.
  free: ['steps[0].buffers[0]', 'outputs[0]'],
  // Nothing to do is right.
  alsoRight: { steps: [[]], outputs: [[]], 'steps[0].buffers': [[]] },
  alsoWrong: { 'steps[0].workgroups': [1.5, -1], 'steps[0].buffers': [[5]], outputs: [[5]] },
}

const model = encodeOnnx(
  {
    inputs: 2,
    units: 1,
    outputs: 1,
    direct: Float64Array.of(2, 3),
    hidden: Float64Array.of(1, -1),
    hiddenBias: Float64Array.of(0),
    output: Float64Array.of(10),
    bias: Float64Array.of(1),
  },
  'arguments',
)
const loaded = await compute.OnnxModel.load(model)

const room: Room = {
  createBackend: {
    params: ['options'],
    args: () => [
      {
        kind: 'cpu',
        fallback: 'cpu',
        webgpu: { gpu: fakeGpu(), powerPreference: 'low-power' },
        gpujs: { mode: 'cpu', importPackage: async () => ({}) },
        wasm: { loadCode: async () => null },
      },
    ],
    call: compute.createBackend,
    after: (one) => (one as compute.ComputeBackend).dispose(),
    optional: [
      'options',
      'options.kind',
      'options.fallback',
      'options.webgpu',
      'options.webgpu.gpu',
      'options.webgpu.powerPreference',
      'options.gpujs',
      'options.gpujs.mode',
      'options.gpujs.importPackage',
      'options.wasm',
      'options.wasm.loadCode',
    ],
    // A driver's own object.
    free: ['options.webgpu.gpu.unheardOf'],
    alsoRight: { options: [{}], 'options.webgpu': [{}], 'options.gpujs': [{}], 'options.wasm': [{}] },
    alsoWrong: { 'options.kind': ['gpu'], 'options.gpujs.mode': ['best'] },
  },
  similarPairs: {
    params: ['similarity', 'threshold'],
    args: () => [matrix(), 0.5],
    call: compute.similarPairs,
    ...ofMatrix('similarity'),
    alsoWrong: { ...ofMatrix('similarity').alsoWrong, threshold: [2, -2] },
  },
  copyGroups: {
    params: ['pairs'],
    args: () => [[{ first: 0, second: 1, similarity: 1 }]],
    call: compute.copyGroups,
    alsoRight: { pairs: [[]], 'pairs[0].similarity': [-7.5] },
    alsoWrong: { 'pairs[0].first': [1.5], 'pairs[0].similarity': [Number.POSITIVE_INFINITY] },
  },
  findCopies: {
    params: ['backend', 'answers', 'threshold'],
    args: () => [backend, matrix(), 0.9],
    call: compute.findCopies,
    free: [...freeBackend(), 'answers.unheardOf'],
    alsoWrong: { ...ofMatrix('answers').alsoWrong, threshold: [2, -2] },
  },
  meanScores: {
    params: ['backend', 'scores', 'options'],
    args: () => [backend, matrix(), { byRank: true }],
    call: compute.meanScores,
    optional: ['options', 'options.byRank'],
    free: [...freeBackend(), 'scores.unheardOf'],
    alsoRight: { options: [{}] },
    alsoWrong: ofMatrix('scores').alsoWrong!,
  },
  scoreRound: {
    params: ['backend', 'scores', 'options'],
    args: () => [backend, matrix(), { previous: vector(), rate: 0.5, byRank: true, keep: 1 }],
    call: compute.scoreRound,
    optional: ['options.previous', 'options.byRank', 'options.keep'],
    free: [...freeBackend(), 'scores.unheardOf'],
    alsoWrong: {
      ...ofMatrix('scores').alsoWrong,
      'options.rate': [2, -1],
      'options.keep': [3, 0.5],
      'options.previous': [new Float32Array(3)],
    },
  },
  OnnxModel: 'made by OnnxModel.load',
  'OnnxModel.load': {
    params: ['model', 'options'],
    args: () => [model, { threads: 1, clock: systemClock }],
    call: compute.OnnxModel.load,
    after: (one) => (one as compute.OnnxModel).close(),
    optional: ['options', 'options.threads', 'options.clock'],
    // A path is right as well, and bytes may hold anything: what they are is told by an error of its own.
    alsoRight: { model: ['text'], options: [{}] },
    free: ['options.clock.unheardOf'],
    alsoWrong: { 'options.threads': [0, 1.5, 5_000] },
  },
  'OnnxModel#run': {
    params: ['inputs'],
    args: () => [{ features: { data: Float32Array.of(1, 2), dims: [1, 2] } }],
    call: (inputs: Record<string, compute.FloatTensor>) => loaded.run(inputs),
    free: ['inputs.features.unheardOf'],
    alsoWrong: {
      'inputs.features': [{ data: new Float32Array(3), dims: [1, 2] }],
      'inputs.features.dims': [[1], [1, 3.5]],
    },
  },
  'OnnxModel#close': 'takes nothing',
  GpuDevice: 'made by GpuDevice.open',
  'GpuDevice.open': {
    params: ['options'],
    args: () => [{ gpu: fakeGpu(), powerPreference: 'low-power' }],
    call: compute.GpuDevice.open,
    after: (device) => (device as compute.GpuDevice).close(),
    // Left out, the machine's own drivers are asked, and it depends on them.
    optional: ['options', 'options.gpu', 'options.powerPreference'],
    free: ['options.gpu.unheardOf'],
    alsoWrong: { 'options.powerPreference': ['most'] },
  },
  'GpuDevice#empty': {
    params: ['bytes'],
    args: () => [4],
    call: async (bytes: number) => (await open()).empty(bytes),
    alsoWrong: { bytes: [-1, 1.5, 2 ** 53] },
  },
  'GpuDevice#upload': {
    params: ['data'],
    args: () => [Float32Array.of(1)],
    call: async (data: Float32Array) => (await open()).upload(data),
    // Bytes are data.
    alsoRight: { data: [new Uint8Array(3)] },
    alsoWrong: { data: [new Float64Array(1), new ArrayBuffer(4)] },
  },
  'GpuDevice#run': {
    ...ofWork,
    call: async (steps: compute.GpuStep[], outputs: compute.GpuBufferLike[]) =>
      (await open()).run(steps, outputs),
  },
  'GpuDevice#runTimed': {
    ...ofWork,
    call: async (steps: compute.GpuStep[], outputs: compute.GpuBufferLike[]) =>
      (await open()).runTimed(steps, outputs),
  },
  'GpuDevice#close': 'takes nothing',
}

describeRefusals('compute', compute, room)

const onMatrix = (call: Entry['call']): Entry => ({
  params: ['matrix'],
  args: () => [matrix()],
  call,
  ...ofMatrix('matrix'),
})

// What createBackend gives is an interface, so that its methods are tried here.
describeRefusals(
  'a backend',
  { CheckedBackend },
  {
    CheckedBackend: 'made by createBackend',
    'CheckedBackend#matVec': {
      ...onMatrix((one: compute.Matrix, by: Float32Array) => backend.matVec(one, by)),
      params: ['matrix', 'vector'],
      args: () => [matrix(), vector()],
    },
    'CheckedBackend#vecMat': {
      ...onMatrix((by: Float32Array, one: compute.Matrix) => backend.vecMat(by, one)),
      params: ['vector', 'matrix'],
      args: () => [vector(), matrix()],
    },
    'CheckedBackend#normaliseRows': onMatrix((one: compute.Matrix) => backend.normaliseRows(one)),
    'CheckedBackend#normaliseColumns': onMatrix((one: compute.Matrix) => backend.normaliseColumns(one)),
    'CheckedBackend#clipColumns': {
      ...onMatrix((one: compute.Matrix, bounds: Float32Array) => backend.clipColumns(one, bounds)),
      params: ['matrix', 'bounds'],
      args: () => [matrix(), vector()],
    },
    'CheckedBackend#weightedMedianColumns': {
      params: ['scores', 'stakes', 'minority'],
      args: () => [scores16(), BigUint64Array.of(5n, 7n), 3n],
      call: (scores: compute.ScoreMatrixU16, stakes: BigUint64Array, minority: bigint) =>
        backend.weightedMedianColumns(scores, stakes, minority),
      free: ['scores.unheardOf'],
      alsoWrong: {
        'scores.rows': [-1, 1.5],
        stakes: [new BigUint64Array(3), BigUint64Array.of(2n ** 64n - 1n, 1n)],
        minority: [-1n],
      },
    },
    'CheckedBackend#ema': {
      params: ['previous', 'next', 'rate'],
      args: () => [vector(), vector(), 0.5],
      call: (previous: Float32Array, next: Float32Array, rate: number) => backend.ema(previous, next, rate),
      alsoWrong: { previous: [new Float32Array(3)], rate: [2, -1, '0.5'] },
    },
    'CheckedBackend#topKRows': {
      ...onMatrix((one: compute.Matrix, k: number) => backend.topKRows(one, k)),
      params: ['matrix', 'k'],
      args: () => [matrix(), 1],
    },
    'CheckedBackend#rankRows': onMatrix((one: compute.Matrix) => backend.rankRows(one)),
    'CheckedBackend#cosineRows': onMatrix((one: compute.Matrix) => backend.cosineRows(one)),
    'CheckedBackend#scoresToWeights': {
      params: ['scores'],
      args: () => [matrix()],
      call: (scores: compute.Matrix) => backend.scoresToWeights(scores),
      ...ofMatrix('scores'),
    },
    'CheckedBackend#dispose': 'takes nothing',
  },
)
