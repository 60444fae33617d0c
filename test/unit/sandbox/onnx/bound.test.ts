import { describe, expect, test } from 'vitest'
import { boundOf, type OnnxBounds, type OnnxSignature } from '../../../../src/sandbox/onnx/boundOf.js'
import type { OnnxFailure } from '../../../../src/sandbox/onnx/OnnxRefusal.js'
import { int, onnxFile, part, tensor, varint, type WrittenModel } from '../../../support/onnxWriter.js'

const bounds: OnnxBounds = { nodes: 100, tensorBytes: 1_000_000, multiplyAdds: 1_000_000 }
const signature: OnnxSignature = {
  inputs: { x: { type: 'float32', dims: [1, 4] } },
  outputs: { y: { type: 'float32', dims: [1, 2] } },
}
const weights = { name: 'w', dims: [4, 2], data: new Float32Array(8) }
const honest: WrittenModel = {
  inputs: { x: [1, 4] },
  constants: [weights],
  nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  outputs: ['y'],
}

const words = (name: string, ...values: number[]) => ({
  name,
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
})

/** A model of one input whose only node has these constants. */
const oneNode = (
  op: string,
  constants: readonly ReturnType<typeof words>[],
  more: Partial<WrittenModel> = {},
): Uint8Array =>
  onnxFile({
    inputs: { x: [1, 4] },
    constants,
    nodes: [{ op, inputs: ['x', ...constants.map(({ name }) => name)], outputs: ['y'] }],
    outputs: ['y'],
    ...more,
  })

test('an honest model has its bytes and multiply-adds counted', () => {
  expect(boundOf(onnxFile(honest), signature, bounds)).toEqual({
    kind: 'ok',
    nodes: 1,
    // 4 in, 8 weights and 2 out, of 4 bytes each.
    tensorBytes: 56,
    multiplyAdds: 8,
  })
})

test('is held to the limits it is given, to the byte and the multiply-add', () => {
  const file = onnxFile(honest)
  expect(boundOf(file, signature, { nodes: 1, tensorBytes: 56, multiplyAdds: 8 })).toMatchObject({
    kind: 'ok',
  })
  expect(boundOf(file, signature, { nodes: 0, tensorBytes: 56, multiplyAdds: 8 })).toMatchObject({
    reason: 'size',
  })
  expect(boundOf(file, signature, { nodes: 1, tensorBytes: 55, multiplyAdds: 8 })).toMatchObject({
    reason: 'size',
  })
  expect(boundOf(file, signature, { nodes: 1, tensorBytes: 56, multiplyAdds: 7 })).toMatchObject({
    reason: 'work',
  })
})

const chain = (count: number, op = 'Relu'): Uint8Array =>
  onnxFile({
    inputs: { x: [1, 4] },
    nodes: Array.from({ length: count }, (_, at) => ({
      op,
      inputs: [at === 0 ? 'x' : `t${at}`],
      outputs: [`t${at + 1}`],
    })),
    outputs: [`t${count}`],
  })

/** A model whose only node has these attributes, as they are written. */
const withAttributes = (...attributes: readonly number[][]): Uint8Array => {
  const node = [
    ...part(1, 'x'),
    ...part(2, 'y'),
    ...part(4, 'Softmax'),
    ...attributes.flatMap((one) => part(5, one)),
  ]
  return onnxFile({ inputs: { x: [1, 4] }, nodes: [], outputs: ['y'], graphExtra: part(1, node) })
}

describe('a model is refused', () => {
  test.each<[what: string, reason: OnnxFailure, file: Uint8Array]>([
    // Bombs
    ['that is expanded to a huge tensor', 'size', oneNode('Expand', [words('s', 1_000_000, 4)])],
    [
      'that is expanded beyond all numbers',
      'size',
      oneNode('Expand', [words('s', 2 ** 52, 2 ** 52, 2 ** 52, 4)]),
    ],
    ['that is tiled', 'size', oneNode('Tile', [words('s', 1_000_000, 1)])],
    [
      'that fills a constant of a huge shape',
      'size',
      onnxFile({
        ...honest,
        constants: [words('s', 1e9)],
        nodes: [{ op: 'ConstantOfShape', inputs: ['s'], outputs: ['y'] }],
      }),
    ],
    ['that pads to a huge tensor', 'size', oneNode('Pad', [words('s', 0, 0, 0, 1e9)])],
    [
      'that counts to a huge number',
      'size',
      onnxFile({
        ...honest,
        constants: [0, 1e12, 1].map((value, at) => ({ ...words(`c${at}`, value), dims: [] })),
        nodes: [{ op: 'Range', inputs: ['c0', 'c1', 'c2'], outputs: ['y'] }],
      }),
    ],
    [
      'that doubles and doubles',
      'size',
      onnxFile({
        inputs: { x: [1, 4] },
        nodes: Array.from({ length: 60 }, (_, at) => ({
          op: 'Concat',
          inputs: [at === 0 ? 'x' : `t${at}`, at === 0 ? 'x' : `t${at}`],
          outputs: [at === 59 ? 'y' : `t${at + 1}`],
          attributes: { axis: 0 },
        })),
        outputs: ['y'],
      }),
    ],
    [
      'that multiplies much',
      'work',
      onnxFile({
        inputs: { x: [1, 4] },
        constants: [words('s', 150, 150)],
        nodes: [
          { op: 'ConstantOfShape', inputs: ['s'], outputs: ['a'] },
          { op: 'MatMul', inputs: ['a', 'a'], outputs: ['y'] },
        ],
        outputs: ['y'],
      }),
    ],
    ['that has many nodes', 'size', chain(101)],
    [
      'whose window moves over much',
      'size',
      onnxFile({
        inputs: { x: [1, 4] },
        constants: [{ name: 'w', dims: [1, 1, 1], data: new Float32Array(1) }, words('a', 0)],
        nodes: [
          { op: 'Unsqueeze', inputs: ['x', 'a'], outputs: ['u'] },
          { op: 'Conv', inputs: ['u', 'w'], outputs: ['y'], attributes: { pads: [2e9, 2e9] } },
        ],
        outputs: ['y'],
      }),
    ],
    // What is not allowed
    ['of an operator that is not known', 'unsupported', oneNode('NonZero', [])],
    ['of an operator that loops', 'unsupported', oneNode('Loop', [])],
    [
      'of another domain',
      'unsupported',
      onnxFile({
        ...honest,
        nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'], domain: 'com.microsoft' }],
      }),
    ],
    [
      'with a graph inside',
      'unsupported',
      onnxFile({
        ...honest,
        nodes: [
          {
            op: 'If',
            inputs: ['x'],
            outputs: ['y'],
            attributes: { then_branch: { graph: new Uint8Array() } },
          },
        ],
      }),
    ],
    [
      'with data in another file',
      'unsupported',
      onnxFile({
        ...honest,
        constants: [],
        graphExtra: part(5, [
          ...int(1, 4),
          ...int(1, 2),
          ...int(2, 1),
          ...part(8, 'w'),
          ...part(13, [...part(1, 'location'), ...part(2, '/etc/passwd')]),
          ...int(14, 1),
        ]),
      }),
    ],
    [
      'that only says that its data is in another file',
      'unsupported',
      onnxFile({
        ...honest,
        constants: [],
        graphExtra: part(5, [...int(1, 4), ...int(1, 2), ...int(2, 1), ...part(8, 'w'), ...int(14, 1)]),
      }),
    ],
    ['with functions', 'unsupported', onnxFile({ ...honest, extra: part(25, part(1, 'f')) })],
    ['with training', 'unsupported', onnxFile({ ...honest, extra: part(20, []) })],
    [
      'with text in tensors',
      'unsupported',
      onnxFile({ ...honest, graphExtra: part(5, [...int(2, 8), ...part(6, 'a')]) }),
    ],
    ['with sparse tensors', 'unsupported', onnxFile({ ...honest, graphExtra: part(15, []) })],
    ['of half precision', 'unsupported', onnxFile({ ...honest, constants: [{ ...weights, type: 10 }] })],
    ['of an old opset', 'unsupported', onnxFile({ ...honest, opset: 12 })],
    ['of an opset of the future', 'unsupported', onnxFile({ ...honest, opset: 22 })],
    ['of a form of the future', 'unsupported', onnxFile({ ...honest, irVersion: 11 })],
    ['that says its opset twice', 'unsupported', onnxFile({ ...honest, extra: part(8, int(2, 13)) })],
    [
      'whose dimensions are computed of what comes in',
      'unsupported',
      onnxFile({
        inputs: { x: [1, 4] },
        nodes: [
          { op: 'Cast', inputs: ['x'], outputs: ['s'], attributes: { to: 7 } },
          { op: 'Squeeze', inputs: ['s'], outputs: ['d'] },
          { op: 'Expand', inputs: ['x', 'd'], outputs: ['y'] },
        ],
        outputs: ['y'],
      }),
    ],
    [
      'that divides whole numbers that are computed',
      'unsupported',
      onnxFile({
        inputs: { x: [1, 4] },
        nodes: [
          { op: 'Cast', inputs: ['x'], outputs: ['i'], attributes: { to: 6 } },
          { op: 'Div', inputs: ['i', 'i'], outputs: ['y'] },
        ],
        outputs: ['y'],
      }),
    ],
    // Wrong shapes
    [
      'of another input',
      'shape',
      onnxFile({
        ...honest,
        inputs: { z: [1, 4] },
        nodes: [{ op: 'MatMul', inputs: ['z', 'w'], outputs: ['y'] }],
      }),
    ],
    ['of one more input', 'shape', onnxFile({ ...honest, inputs: { x: [1, 4], z: [1] } })],
    ['of an input of other dimensions', 'shape', onnxFile({ ...honest, inputs: { x: [1, 5] } })],
    ['of an input of another rank', 'shape', onnxFile({ ...honest, inputs: { x: [4] } })],
    ['of an input of another type', 'shape', onnxFile({ ...honest, types: { x: 7 } })],
    [
      'without the output',
      'shape',
      onnxFile({ ...honest, nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['q'] }], outputs: ['q'] }),
    ],
    [
      'of an output of other dimensions',
      'shape',
      onnxFile({ ...honest, constants: [{ ...weights, dims: [4, 3], data: new Float32Array(12) }] }),
    ],
    ['whose tensors do not fit', 'shape', onnxFile({ ...honest, constants: [{ ...weights, dims: [2, 4] }] })],
    // What contradicts itself
    ['that uses what is not there', 'unreadable', onnxFile({ ...honest, constants: [] })],
    [
      'that uses its own output',
      'unreadable',
      onnxFile({ ...honest, nodes: [{ op: 'Add', inputs: ['x', 'y'], outputs: ['y'] }] }),
    ],
    [
      'that makes a tensor twice',
      'unreadable',
      onnxFile({ ...honest, nodes: [...honest.nodes, ...honest.nodes] }),
    ],
    [
      'with fewer numbers than it says',
      'unreadable',
      onnxFile({ ...honest, constants: [{ ...weights, dims: [4, 3] }] }),
    ],
    [
      'with numbers in two ways',
      'unreadable',
      onnxFile({
        ...honest,
        constants: [],
        graphExtra: part(5, [...tensor(weights), ...part(4, new Uint8Array(32))]),
      }),
    ],
    [
      'with a negative dimension',
      'shape',
      onnxFile({ ...honest, constants: [{ ...weights, dims: [-4, -2] }] }),
    ],
    [
      'with an attribute twice',
      'unreadable',
      withAttributes(
        [...part(1, 'axis'), ...int(3, 0), ...int(20, 2)],
        [...part(1, 'axis'), ...int(3, 1), ...int(20, 2)],
      ),
    ],
    [
      'with an attribute of two values',
      'unreadable',
      withAttributes([...part(1, 'axis'), ...int(3, 0), ...int(8, 1), ...int(20, 2)]),
    ],
    [
      'with an attribute of another value than it says',
      'unreadable',
      withAttributes([...part(1, 'axis'), ...int(8, 1), ...int(20, 2)]),
    ],
    ['with an attribute that says no type', 'unreadable', withAttributes([...part(1, 'axis'), ...int(3, 1)])],
    ['with an attribute without a value', 'unreadable', withAttributes([...part(1, 'axis'), ...int(20, 2)])],
    ['with two graphs', 'unreadable', Uint8Array.from([...onnxFile(honest), ...part(7, [])])],
    ['with a field that is not known', 'unreadable', onnxFile({ ...honest, extra: part(99, 'x') })],
    ['that is empty', 'unsupported', new Uint8Array()],
    ['without a graph', 'shape', Uint8Array.from([...int(1, 8), ...part(8, int(2, 17))])],
    ['that is text', 'unreadable', new TextEncoder().encode('export function f() {}')],
    ['that ends in the middle', 'unreadable', onnxFile(honest).subarray(0, 40)],
  ])('%s, as %s', (_, reason, file) => {
    expect(boundOf(file, signature, bounds)).toMatchObject({
      kind: 'failed',
      reason,
      detail: expect.stringMatching(/\.$/),
    })
  })
})

/** The same bytes again and again, as the parts of one field. */
function repeated(unit: readonly number[], count: number): Uint8Array {
  const bytes = new Uint8Array(unit.length * count)
  for (let at = 0; at < bytes.length; at++) bytes[at] = unit[at % unit.length] ?? 0
  return bytes
}

function wrapped(field: number, bytes: Uint8Array): Uint8Array {
  const head = [...varint((field << 3) | 2), ...varint(bytes.length)]
  const all = new Uint8Array(head.length + bytes.length)
  all.set(head)
  all.set(bytes, head.length)
  return all
}

describe('a model takes no more of the validator than its bytes are worth', () => {
  test.each([
    ['attributes in several nodes', [0x2a, 0], 2 ** 19 + 1],
    ['lists of numbers of one each', [0x2a, 2, 0x40, 0], 2 ** 18 + 1],
    ['tensors of lists', [0x2a, 8, 0x2a, 6, 0x08, 0, 0x28, 0, 0x38, 0], 2 ** 17],
  ])('with more %s than all its parts may be', (_, attribute, count) => {
    const node = wrapped(1, repeated(attribute, count))
    const graph = new Uint8Array(2 * node.length)
    graph.set(node)
    graph.set(node, node.length)
    expect(boundOf(wrapped(7, graph), signature, bounds)).toEqual({
      kind: 'failed',
      reason: 'size',
      detail: 'The model has more than 1048576 parts.',
    })
  })

  test('with a slice that goes a thousand times along one axis', () => {
    const many = (name: string, value: number) => words(name, ...Array<number>(1_024).fill(value))
    const file = onnxFile({
      ...honest,
      constants: [many('v', 1), many('s', 0), many('e', 1_024), many('a', 0)],
      nodes: [{ op: 'Slice', inputs: ['v', 's', 'e', 'a'], outputs: ['y'] }],
    })
    expect(boundOf(file, signature, bounds)).toMatchObject({
      reason: 'shape',
      detail: 'Slice y has an axis twice.',
    })
  })

  test('and what is said of it is one line that may be shown, however long its names and shapes are', () => {
    const odd = onnxFile({
      ...honest,
      nodes: [{ op: 'Relu', inputs: ['\u001b[2J\nall is well'], outputs: ['y'] }],
    })
    expect(boundOf(odd, signature, bounds)).toMatchObject({
      detail: 'The model uses \\u001b[2J\\u000aall is well before there is one.',
    })
    const long = boundOf(onnxFile({ ...honest, inputs: { x: Array(5_000).fill(9) } }), signature, bounds)
    expect(long).toMatchObject({ reason: 'shape' })
    expect(long.kind === 'failed' && long.detail.length).toBe(300)
  })
})
