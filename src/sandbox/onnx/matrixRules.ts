import type { NodeView } from './NodeView.js'
import type { NodeFacts, Rule } from './Rule.js'
import { broadcast, checkDims, type ElementType, elementsOf, type TensorFacts } from './tensors.js'

const float: readonly ElementType[] = ['float32']

function matMul(node: NodeView): NodeFacts {
  const type = node.sameType([node.input(0), node.input(1)], float)
  const [a, b] = [node.input(0).dims, node.input(1).dims]
  if (a.length === 0 || b.length === 0) node.refuse('shape', 'multiplies a single number')
  const left = a.length === 1 ? [1, ...a] : a
  const right = b.length === 1 ? [...b, 1] : b
  const [m = 0, k = 0] = left.slice(-2)
  const [inner = 0, n = 0] = right.slice(-2)
  if (k !== inner) node.refuse('shape', `multiplies [${a.join(', ')}] by [${b.join(', ')}]`)
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2), node.what)
  const dims = [...batch, ...(a.length === 1 ? [] : [m]), ...(b.length === 1 ? [] : [n])]
  return { outputs: [{ type, dims }], multiplyAdds: elementsOf(batch) * m * k * n }
}

function gemm(node: NodeView): NodeFacts {
  const type = node.sameType(node.present(), float)
  const [a, b] = [0, 1].map((at) => {
    const { dims } = node.input(at)
    if (dims.length !== 2) node.refuse('shape', `multiplies [${dims.join(', ')}]`)
    return node.int(at === 0 ? 'transA' : 'transB', 0) === 0 ? dims : [...dims].reverse()
  })
  const [m = 0, k = 0] = a ?? []
  const [inner = 0, n = 0] = b ?? []
  if (k !== inner) node.refuse('shape', `multiplies [${m}, ${k}] by [${inner}, ${n}]`)
  const added = node.inputs[2]
  const fits = added === undefined || String(broadcast(added.dims, [m, n], node.what)) === String([m, n])
  if (!fits) node.refuse('shape', 'adds what does not fit')
  return { outputs: [{ type, dims: [m, n] }], multiplyAdds: m * k * n + m * n }
}

/** Sizes of what a window that moves over a picture gives, by its spatial axes. */
function windows(node: NodeView, spatial: readonly number[], kernel: readonly number[]): number[] {
  const ones = spatial.map(() => 1)
  const strides = node.ints('strides') ?? ones
  const dilations = node.ints('dilations') ?? ones
  const pads = node.ints('pads') ?? spatial.flatMap(() => [0, 0])
  const autoPad = node.text('auto_pad', 'NOTSET')
  const isWhole =
    kernel.length === spatial.length &&
    strides.length === spatial.length &&
    dilations.length === spatial.length
  if (!isWhole || pads.length !== 2 * spatial.length) node.refuse('shape', 'has windows of other dimensions')
  if (![...strides, ...dilations, ...kernel].every((size) => size > 0 && size <= 2 ** 31))
    node.refuse('shape', 'has a window or a stride of 0')
  if (!pads.every((size) => size >= 0 && size <= 2 ** 31)) node.refuse('shape', 'has pads below 0')
  return spatial.map((size, at) => {
    const stride = strides[at] ?? 1
    const reach = ((kernel[at] ?? 1) - 1) * (dilations[at] ?? 1) + 1
    if (autoPad.startsWith('SAME')) return Math.ceil(size / stride)
    if (autoPad !== 'NOTSET' && autoPad !== 'VALID') node.refuse('unsupported', `has auto_pad ${autoPad}`)
    const [before, after] = autoPad === 'VALID' ? [0, 0] : [pads[at] ?? 0, pads[at + spatial.length] ?? 0]
    const room = size + before + after - reach
    if (room < 0) node.refuse('shape', 'has a window larger than what it moves over')
    if (node.int('ceil_mode', 0) === 0) return Math.floor(room / stride) + 1
    const count = Math.ceil(room / stride) + 1
    // A window that would begin behind the picture is none.
    return (count - 1) * stride >= size + before ? count - 1 : count
  })
}

function conv(node: NodeView): NodeFacts {
  const type = node.sameType(node.present(), float)
  const [input, weights] = [node.input(0).dims, node.input(1).dims]
  const [batch = 0, channels = 0, ...spatial] = input
  const [maps = 0, each = 0, ...kernel] = weights
  const group = node.int('group', 1)
  const fits =
    input.length >= 3 &&
    input.length === weights.length &&
    group >= 1 &&
    channels === each * group &&
    maps % group === 0
  if (!fits) node.refuse('shape', `moves [${weights.join(', ')}] over [${input.join(', ')}]`)
  const said = node.ints('kernel_shape')
  if (said !== undefined && String(said) !== String(kernel))
    node.refuse('shape', 'has another kernel_shape than its weights')
  const dims = [batch, maps, ...windows(node, spatial, kernel)]
  checkDims(dims, node.what)
  return { outputs: [{ type, dims }], multiplyAdds: elementsOf(dims) * (each * elementsOf(kernel) + 1) }
}

function pool(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const type = node.sameType([node.input(0)], float)
  const [batch = 0, channels = 0, ...spatial] = dims
  const kernel = node.ints('kernel_shape') ?? node.refuse('shape', 'has no kernel_shape')
  if (dims.length < 3 || node.outputs.length > 1)
    node.refuse('unsupported', 'gives positions, or pools no picture')
  const out = [batch, channels, ...windows(node, spatial, kernel)]
  checkDims(out, node.what)
  return { outputs: [{ type, dims: out }], multiplyAdds: elementsOf(out) * elementsOf(kernel) }
}

function globalPool(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const type = node.sameType([node.input(0)], float)
  if (dims.length < 3) node.refuse('shape', 'pools no picture')
  const out = dims.map((size, at) => (at < 2 ? size : 1))
  return { outputs: [{ type, dims: out }], multiplyAdds: elementsOf(dims) + elementsOf(out) }
}

/** Four operations for each element, with numbers for each channel or for the last axes. */
function normalization(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const type = node.sameType(node.present(), float)
  if (node.outputs.length > 1 || node.int('training_mode', 0) !== 0) node.refuse('unsupported', 'trains')
  return { outputs: [{ type, dims }], multiplyAdds: 8 * elementsOf(dims) }
}

/** A recurrent layer with so many gates. */
function recurrent(gates: number, states: number): Rule {
  return (node) => {
    const float32: TensorFacts[] = node.inputs.filter(
      (one, at): one is TensorFacts => one !== undefined && at !== 4,
    )
    const type = node.sameType(float32, float)
    if (node.inputs[4] !== undefined) node.refuse('unsupported', 'has lengths of sequences')
    if (node.int('layout', 0) !== 0) node.refuse('unsupported', 'has another layout')
    const [steps = 0, batch = 0, inputs = 0, ...more] = node.input(0).dims
    const hidden = node.int('hidden_size')
    const directions = node.text('direction', 'forward') === 'bidirectional' ? 2 : 1
    const isRight = (at: number, dims: readonly number[]) => String(node.input(at).dims) === String(dims)
    const fits =
      more.length === 0 &&
      hidden > 0 &&
      isRight(1, [directions, gates * hidden, inputs]) &&
      isRight(2, [directions, gates * hidden, hidden])
    if (!fits) node.refuse('shape', 'has weights of other dimensions than its input')
    const last: TensorFacts = { type, dims: [directions, batch, hidden] }
    const outputs: TensorFacts[] = [
      { type, dims: [steps, directions, batch, hidden] },
      ...Array.from({ length: states }, () => last),
    ]
    const each = gates * hidden * (inputs + hidden + 32)
    return { outputs: outputs.slice(0, node.outputs.length), multiplyAdds: steps * directions * batch * each }
  }
}

export const matrixRules: Readonly<Record<string, Rule>> = {
  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  MaxPool: pool,
  AveragePool: pool,
  GlobalMaxPool: globalPool,
  GlobalAveragePool: globalPool,
  BatchNormalization: normalization,
  LayerNormalization: normalization,
  InstanceNormalization: normalization,
  GRU: recurrent(3, 1),
  LSTM: recurrent(4, 2),
}
