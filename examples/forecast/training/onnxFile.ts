import type { DenseNet } from './denseNet.js'

// An ONNX file is one protocol buffer. These few writers cover the part a small network needs;
// the field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto, ValueInfoProto).

const FLOAT = 1
const utf8 = new TextEncoder()

/** Base-128 number, low groups first. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}

const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)]
const bytes = (field: number, value: ArrayLike<number>): number[] => [
  ...varint(field * 8 + 2),
  ...varint(value.length),
  ...Array.from(value),
]
const text = (field: number, value: string): number[] => bytes(field, utf8.encode(value))
const message = (field: number, ...parts: number[][]): number[] => bytes(field, parts.flat())

/** A weight matrix or vector, as little-endian f32. */
function initializer(name: string, dims: readonly number[], values: Float64Array): number[] {
  const raw = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, index) => {
    raw.setFloat32(4 * index, value, true)
  })
  return message(
    5,
    ...dims.map((size) => number(1, size)),
    number(2, FLOAT),
    text(8, name),
    bytes(9, new Uint8Array(raw.buffer)),
  )
}

function node(operator: string, inputs: readonly string[], output: string): number[] {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, `${operator}_${output}`),
    text(4, operator),
  )
}

/** An input (field 11) or output (field 12) of shape [batch, width]. */
function port(field: number, name: string, width: number): number[] {
  const shape = message(2, message(1, text(2, 'batch')), message(1, number(1, width)))
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), shape)))
}

/**
 * Writes a network as an ONNX model with input `features` [batch, inputs] and output `forecast` [batch, outputs].
 * The same network gives the same bytes.
 */
export function encodeOnnx(net: DenseNet, name: string): Uint8Array {
  const graph = message(
    7,
    node('Gemm', ['features', 'hidden', 'hiddenBias'], 'before'),
    node('Relu', ['before'], 'active'),
    node('Gemm', ['active', 'output', 'bias'], 'bent'),
    node('MatMul', ['features', 'direct'], 'straight'),
    node('Add', ['straight', 'bent'], 'forecast'),
    text(2, name),
    initializer('direct', [net.inputs, net.outputs], net.direct),
    initializer('hidden', [net.inputs, net.units], net.hidden),
    initializer('hiddenBias', [net.units], net.hiddenBias),
    initializer('output', [net.units, net.outputs], net.output),
    initializer('bias', [net.outputs], net.bias),
    port(11, 'features', net.inputs),
    port(12, 'forecast', net.outputs),
  )
  const irVersion = number(1, 8)
  const operatorSet = message(8, number(2, 17))
  return Uint8Array.from([...irVersion, ...text(2, 'subnetkit forecast example'), ...graph, ...operatorSet])
}
