import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { boundOf } from '../../../../src/sandbox/onnx/boundOf.js'
import { rules } from '../../../../src/sandbox/onnx/operatorRules.js'
import type { ElementType } from '../../../../src/sandbox/onnx/tensors.js'
import {
  onnxFile,
  type WrittenAttribute,
  type WrittenNode,
  type WrittenTensor,
} from '../../../support/onnxWriter.js'

/** An operator on inputs of these dimensions, with constants and attributes. */
interface Case {
  readonly op: string
  readonly dims: readonly (readonly number[])[]
  readonly constants?: readonly (readonly number[])[]
  readonly attributes?: Readonly<Record<string, WrittenAttribute>>
  readonly outputs?: number
  readonly opset?: number
  /** Type of all inputs; 32-bit floats unless said. */
  readonly type?: ElementType
  /** Multiply-adds, worked out by hand. */
  readonly work?: number
  /** Constants come first. */
  readonly isReversed?: boolean
}

const CODES: Readonly<Record<string, number>> = { float32: 1, int64: 7, int32: 6, bool: 9 }

const words = (name: string, values: readonly number[]): WrittenTensor => ({
  name,
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
})

function nodeOf({
  op,
  dims,
  constants = [],
  attributes = {},
  outputs = 1,
  isReversed = false,
}: Case): WrittenNode {
  const inputs = dims.map((_, at) => `x${at}`)
  const fixed = constants.map((_, at) => `c${at}`)
  return {
    op,
    inputs: isReversed ? [...fixed, ...inputs] : [...inputs, ...fixed],
    outputs: Array.from({ length: outputs }, (_, at) => `y${at}`),
    attributes,
  }
}

function fileOf(one: Case): Uint8Array {
  return onnxFile({
    opset: one.opset ?? 17,
    irVersion: (one.opset ?? 17) > 17 ? 9 : 8,
    inputs: Object.fromEntries(one.dims.map((dims, at) => [`x${at}`, dims])),
    types: Object.fromEntries(one.dims.map((_, at) => [`x${at}`, CODES[one.type ?? 'float32'] ?? 1])),
    nodes: [nodeOf(one)],
    constants: (one.constants ?? []).map((values, at) => words(`c${at}`, values)),
    outputs: Array.from({ length: one.outputs ?? 1 }, (_, at) => `y${at}`),
  })
}

/** What onnxruntime gives for it: types and dimensions. */
async function ran(one: Case): Promise<Record<string, { type: string; dims: readonly number[] }>> {
  const session = await InferenceSession.create(fileOf(one), {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  })
  const feeds = Object.fromEntries(
    one.dims.map((dims, at) => {
      const count = dims.reduce((product, size) => product * size, 1)
      const type = one.type ?? 'float32'
      const data =
        type === 'float32'
          ? new Float32Array(count).fill(0.5)
          : type === 'int64'
            ? new BigInt64Array(count)
            : type === 'bool'
              ? new Uint8Array(count)
              : new Int32Array(count)
      return [`x${at}`, new Tensor(type as 'float32', data as Float32Array, dims)]
    }),
  )
  const results = await session.run(feeds)
  await session.release()
  return Object.fromEntries(Object.entries(results).map(([name, { type, dims }]) => [name, { type, dims }]))
}

const unary = [
  'Exp',
  'Log',
  'Sigmoid',
  'Tanh',
  'Erf',
  'Softplus',
  'Softsign',
  'Elu',
  'Selu',
  'Celu',
  'Sqrt',
  'Sin',
  'Cos',
  'Atan',
]
const simple = [
  'Relu',
  'LeakyRelu',
  'HardSigmoid',
  'HardSwish',
  'ThresholdedRelu',
  'Floor',
  'Ceil',
  'Round',
  'Reciprocal',
  'Abs',
  'Neg',
  'Sign',
  'Identity',
]

const cases: readonly Case[] = [
  ...unary.map((op) => ({ op, dims: [[2, 3]], work: 96 })),
  ...simple.map((op) => ({ op, dims: [[2, 3]] })),
  { op: 'Gelu', dims: [[4]], opset: 20, work: 64 },
  { op: 'Mish', dims: [[4]], opset: 18 },
  { op: 'Not', dims: [[2]], type: 'bool' },
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'PRelu', 'Max', 'Min', 'Sum', 'Mean'].map((op) => ({
    op,
    dims: [[4, 1, 3], [3]],
  })),
  ...['Add', 'Mul', 'Max', 'Sum', 'Equal', 'Less', 'GreaterOrEqual'].map((op) => ({
    op,
    dims: [
      [4, 1, 3],
      [2, 1],
    ],
  })),
  ...['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'].map((op) => ({ op, dims: [[], [2]] })),
  ...['And', 'Or', 'Xor'].map((op) => ({ op, dims: [[2, 1], [3]], type: 'bool' as const })),
  { op: 'Add', dims: [[2, 3], [3]], work: 12 },
  { op: 'Add', dims: [[2], [1]], type: 'int64' },
  { op: 'Max', dims: [[2], [3, 1], [1, 1]] },
  { op: 'Clip', dims: [[2, 3], [], []] },
  { op: 'Cast', dims: [[2]], attributes: { to: 7 } },
  { op: 'Cast', dims: [[2]], attributes: { to: 9 } },
  { op: 'Softmax', dims: [[2, 5]], attributes: { axis: 1 }, work: 160 },
  { op: 'LogSoftmax', dims: [[2, 5]] },
  { op: 'Dropout', dims: [[2, 5]] },
  { op: 'Dropout', dims: [[2, 5]], outputs: 2 },
  // Matrices
  {
    op: 'MatMul',
    dims: [
      [2, 3],
      [3, 4],
    ],
    work: 24,
  },
  {
    op: 'MatMul',
    dims: [
      [5, 2, 3],
      [3, 4],
    ],
    work: 120,
  },
  {
    op: 'MatMul',
    dims: [
      [5, 1, 2, 3],
      [7, 3, 4],
    ],
    work: 840,
  },
  { op: 'MatMul', dims: [[3], [3, 4]] },
  { op: 'MatMul', dims: [[6, 2, 3], [3]] },
  { op: 'MatMul', dims: [[3], [3]], work: 3 },
  { op: 'Gemm', dims: [[2, 3], [3, 4], [4]], work: 32 },
  {
    op: 'Gemm',
    dims: [
      [3, 2],
      [4, 3],
    ],
    attributes: { transA: 1, transB: 1 },
  },
  {
    op: 'Gemm',
    dims: [
      [2, 3],
      [3, 4],
      [2, 1],
    ],
    attributes: { alpha: { float: 2 } },
  },
  {
    op: 'Conv',
    dims: [
      [1, 3, 8, 9],
      [4, 3, 3, 2],
    ],
    work: 4 * 6 * 8 * (3 * 6 + 1),
  },
  {
    op: 'Conv',
    dims: [
      [2, 4, 9],
      [6, 2, 3],
    ],
    attributes: { group: 2, strides: [2], pads: [1, 2], dilations: [2] },
  },
  {
    op: 'Conv',
    dims: [
      [1, 1, 7, 7],
      [1, 1, 3, 3],
    ],
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
  },
  {
    op: 'Conv',
    dims: [
      [1, 1, 7, 7],
      [1, 1, 3, 3],
    ],
    attributes: { auto_pad: 'VALID', strides: [2, 2] },
  },
  { op: 'Conv', dims: [[1, 2, 5], [3, 2, 1], [3]] },
  ...['MaxPool', 'AveragePool'].flatMap((op) => [
    { op, dims: [[1, 2, 7, 8]], attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 0] } },
    { op, dims: [[1, 2, 7]], attributes: { kernel_shape: [3], strides: [2], ceil_mode: 1 } },
    { op, dims: [[1, 2, 8]], attributes: { kernel_shape: [3], strides: [3], ceil_mode: 1 } },
    { op, dims: [[1, 2, 7]], attributes: { kernel_shape: [2], auto_pad: 'SAME_LOWER', strides: [3] } },
  ]),
  { op: 'GlobalMaxPool', dims: [[2, 3, 4, 5]] },
  { op: 'GlobalAveragePool', dims: [[2, 3, 4]] },
  { op: 'BatchNormalization', dims: [[2, 3, 4], [3], [3], [3], [3]] },
  { op: 'LayerNormalization', dims: [[2, 3, 4], [4], [4]] },
  { op: 'InstanceNormalization', dims: [[2, 3, 4], [3], [3]] },
  {
    op: 'GRU',
    dims: [
      [5, 2, 3],
      [1, 12, 3],
      [1, 12, 4],
    ],
    attributes: { hidden_size: 4 },
    outputs: 2,
  },
  {
    op: 'GRU',
    dims: [
      [5, 2, 3],
      [2, 12, 3],
      [2, 12, 4],
      [2, 24],
    ],
    attributes: { hidden_size: 4, direction: 'bidirectional' },
    outputs: 2,
  },
  {
    op: 'LSTM',
    dims: [
      [5, 2, 3],
      [1, 16, 3],
      [1, 16, 4],
      [1, 32],
    ],
    attributes: { hidden_size: 4 },
    outputs: 3,
  },
  // Forms
  { op: 'Reshape', dims: [[2, 3, 4]], constants: [[4, -1]] },
  { op: 'Reshape', dims: [[2, 3, 4]], constants: [[0, -1, 2]] },
  { op: 'Reshape', dims: [[1]], constants: [[]] },
  { op: 'Flatten', dims: [[2, 3, 4]] },
  { op: 'Flatten', dims: [[2, 3, 4]], attributes: { axis: 0 } },
  { op: 'Flatten', dims: [[2, 3, 4]], attributes: { axis: -1 } },
  { op: 'Transpose', dims: [[2, 3, 4]] },
  { op: 'Transpose', dims: [[2, 3, 4]], attributes: { perm: [1, 0, 2] } },
  { op: 'Squeeze', dims: [[1, 3, 1]] },
  { op: 'Squeeze', dims: [[1, 3, 1]], constants: [[-1]] },
  { op: 'Unsqueeze', dims: [[2, 3]], constants: [[0, -1]] },
  {
    op: 'Concat',
    dims: [
      [2, 3],
      [2, 1],
    ],
    attributes: { axis: -1 },
  },
  { op: 'Concat', dims: [[1], [2]], attributes: { axis: 0 }, type: 'int64' },
  { op: 'Split', dims: [[6, 2]], outputs: 3 },
  { op: 'Split', dims: [[7, 2]], constants: [[3, 4]], outputs: 2 },
  { op: 'Split', dims: [[7]], outputs: 3, opset: 18, attributes: { num_outputs: 3 } },
  { op: 'Slice', dims: [[5, 6]], constants: [[1], [4]] },
  { op: 'Slice', dims: [[5, 6]], constants: [[-3], [1e15], [1]] },
  {
    op: 'Slice',
    dims: [[5, 6]],
    constants: [
      [4, 0],
      [0, 6],
      [0, 1],
      [-1, 4],
    ],
  },
  { op: 'Slice', dims: [[5]], constants: [[-1], [-100], [0], [-2]] },
  { op: 'Slice', dims: [[5]], constants: [[100], [-100], [0], [-1]] },
  { op: 'Slice', dims: [[5]], constants: [[4], [2]] },
  { op: 'Gather', dims: [[5, 6]], constants: [[0, 4, 2]] },
  { op: 'Gather', dims: [[5, 6]], constants: [[0, 4, 2]], attributes: { axis: 1 } },
  { op: 'GatherElements', dims: [[3]], constants: [[0, 2]] },
  { op: 'Expand', dims: [[3, 1]], constants: [[2, 1, 4]] },
  { op: 'Expand', dims: [[3, 4]], constants: [[1]] },
  { op: 'Tile', dims: [[2, 3]], constants: [[2, 1]] },
  { op: 'Shape', dims: [[2, 3, 4]] },
  { op: 'Shape', dims: [[2, 3, 4]], attributes: { start: -2, end: 2 } },
  { op: 'Size', dims: [[2, 3, 4]] },
  { op: 'ConstantOfShape', dims: [], constants: [[2, 3]] },
  { op: 'ConstantOfShape', dims: [], constants: [[2]], attributes: { value: { tensor: words('v', [7]) } } },
  { op: 'Pad', dims: [[2, 3]], constants: [[1, 0, 2, 4]] },
  { op: 'Pad', dims: [[4, 3]], constants: [[-1, 0, 0, 1]] },
  { op: 'Trilu', dims: [[3, 3]] },
  // Reductions
  ...[
    'ReduceMax',
    'ReduceMin',
    'ReduceProd',
    'ReduceMean',
    'ReduceSumSquare',
    'ReduceL1',
    'ReduceL2',
    'ReduceLogSum',
    'ReduceLogSumExp',
  ].flatMap((op) => [
    { op, dims: [[2, 3, 4]], attributes: { axes: [-1, 0] } },
    { op, dims: [[2, 3, 4]], constants: [[1]], opset: 18, attributes: { keepdims: 0 } },
    { op, dims: [[2, 3]] },
  ]),
  { op: 'ReduceSum', dims: [[2, 3, 4]], constants: [[1]], work: 32 },
  { op: 'ReduceSum', dims: [[2, 3]], attributes: { keepdims: 0 } },
  { op: 'ReduceSum', dims: [[2, 3]], attributes: { noop_with_empty_axes: 1 } },
  { op: 'ArgMax', dims: [[2, 3]], attributes: { axis: 1, keepdims: 0 } },
  { op: 'ArgMin', dims: [[2, 3]] },
]

const shown = ({ op, dims, constants = [], attributes = {} }: Case): string =>
  `${op} of ${JSON.stringify(dims)} with ${JSON.stringify(constants)} and ${Object.entries(attributes).join(' ')}`

describe('the dimensions that are followed through a graph', () => {
  test.each(cases.map((one) => [shown(one), one] as const))(
    'are those of onnxruntime for %s',
    async (_, one) => {
      const outputs = (await ran(one)) as Record<string, { type: ElementType; dims: readonly number[] }>
      const inputs = Object.fromEntries(
        one.dims.map((dims, at) => [`x${at}`, { type: one.type ?? 'float32', dims }] as const),
      )
      const bounds = { nodes: 1, tensorBytes: 1e6, multiplyAdds: 1e6 }
      const bound = boundOf(fileOf(one), { inputs, outputs }, bounds)
      expect(bound).toMatchObject({
        kind: 'ok',
        ...(one.work === undefined ? {} : { multiplyAdds: one.work }),
      })
    },
  )

  test('are tried of every operator that is allowed', () => {
    const tried = new Set([...cases.map(({ op }) => op), 'Where', 'CumSum', 'Range'])
    expect([...rules.keys()].filter((op) => !tried.has(op))).toEqual([])
  })

  test.each([
    [
      'Where',
      [
        ['c', 9, [2, 1]],
        ['a', 1, [3]],
        ['b', 1, []],
      ],
      {},
      [2, 3],
      'float32',
    ],
    [
      'CumSum',
      [
        ['a', 1, [2, 3]],
        ['axis', 7, []],
      ],
      {},
      [2, 3],
      'float32',
    ],
  ] as const)(
    'are those of onnxruntime for %s, whose inputs are of several types',
    async (op, given, attributes, dims, type) => {
      const inputs = Object.fromEntries(given.map(([name, , sizes]) => [name, sizes]))
      const types = Object.fromEntries(given.map(([name, code]) => [name, code]))
      const file = onnxFile({
        inputs,
        types,
        nodes: [{ op, inputs: Object.keys(inputs), outputs: ['y'], attributes }],
        outputs: ['y'],
      })
      const session = await InferenceSession.create(file, { logSeverityLevel: 4 })
      const feeds = Object.fromEntries(
        given.map(([name, code, sizes]) => {
          const count = sizes.reduce<number>((product, size) => product * size, 1)
          const tensor =
            code === 9
              ? new Tensor('bool', new Uint8Array(count), sizes)
              : code === 7
                ? new Tensor('int64', new BigInt64Array(count), sizes)
                : new Tensor('float32', new Float32Array(count), sizes)
          return [name, tensor]
        }),
      )
      const { y } = await session.run(feeds)
      expect(y).toMatchObject({ type, dims: [...dims] })
      await session.release()
      const names = { 1: 'float32', 7: 'int64', 9: 'bool' } as const
      const signature = {
        inputs: Object.fromEntries(
          given.map(([name, code, sizes]) => [name, { type: names[code], dims: sizes }]),
        ),
        outputs: { y: { type, dims } },
      }
      expect(boundOf(file, signature, { nodes: 1, tensorBytes: 1e6, multiplyAdds: 1e6 })).toMatchObject({
        kind: 'ok',
      })
    },
  )

  test('go on through shapes that are computed of shapes, as exporters write them', async () => {
    // Reshape x to [shape(x)[0] * 2, -1], and a range of as many.
    const file = onnxFile({
      inputs: { x: ['batch', 4, 6] },
      constants: [
        { name: 'zero', dims: [], data: BigInt64Array.of(0n) },
        { name: 'two', dims: [], data: BigInt64Array.of(2n) },
        { name: 'one', dims: [], data: BigInt64Array.of(1n) },
        { name: 'rest', dims: [1], data: BigInt64Array.of(-1n) },
        { name: 'axes', dims: [1], data: BigInt64Array.of(0n) },
      ],
      nodes: [
        { op: 'Shape', inputs: ['x'], outputs: ['s'] },
        { op: 'Gather', inputs: ['s', 'zero'], outputs: ['b'] },
        { op: 'Mul', inputs: ['b', 'two'], outputs: ['b2'] },
        { op: 'Unsqueeze', inputs: ['b2', 'axes'], outputs: ['u'] },
        { op: 'Concat', inputs: ['u', 'rest'], outputs: ['r'], attributes: { axis: 0 } },
        { op: 'Reshape', inputs: ['x', 'r'], outputs: ['y'] },
        { op: 'Range', inputs: ['zero', 'b2', 'one'], outputs: ['z'] },
      ],
      outputs: ['y', 'z'],
    })
    const session = await InferenceSession.create(file, { logSeverityLevel: 4 })
    const { y, z } = await session.run({ x: new Tensor('float32', new Float32Array(72), [3, 4, 6]) })
    expect([y?.dims, z?.dims]).toEqual([[6, 12], [6]])
    await session.release()
    const signature = {
      inputs: { x: { type: 'float32', dims: [3, 4, 6] } },
      outputs: { y: { type: 'float32', dims: [6, 12] }, z: { type: 'int64', dims: [6] } },
    } as const
    expect(boundOf(file, signature, { nodes: 9, tensorBytes: 1e6, multiplyAdds: 1e6 })).toMatchObject({
      kind: 'ok',
    })
  })
})
