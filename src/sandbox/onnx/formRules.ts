import type { NodeView } from './NodeView.js'
import type { NodeFacts, Rule } from './Rule.js'
import { checkDims, elementsOf, elementType, type TensorFacts } from './tensors.js'

/** As many numbers as are followed through a graph: shapes are shorter. */
const MOST_VALUES = 1_024

/** What only moves elements: a step for each that comes out. */
function moved(node: NodeView, output: TensorFacts): NodeFacts {
  checkDims(output.dims, node.what)
  return { outputs: [output], multiplyAdds: elementsOf(output.dims) }
}

/** The same elements in another form. */
function reshaped(node: NodeView, dims: readonly number[]): NodeFacts {
  const { type, values, dims: before } = node.input(0)
  checkDims(dims, node.what)
  if (elementsOf(dims) !== elementsOf(before)) {
    node.refuse('shape', `makes [${dims.join(', ')}] of [${before.join(', ')}]`)
  }
  return moved(node, { type, dims, ...(values === undefined ? {} : { values }) })
}

function reshape(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const wanted = node.known(1)
  if (node.int('allowzero', 0) !== 0) node.refuse('unsupported', 'has allowzero')
  if (wanted.filter((size) => size === -1).length > 1) node.refuse('shape', 'leaves two dimensions open')
  const sizes = wanted.map((size, at) =>
    size === 0 ? (dims[at] ?? node.refuse('shape', 'keeps a dimension that is not there')) : size,
  )
  const given = elementsOf(sizes.filter((size) => size !== -1))
  return reshaped(
    node,
    sizes.map((size) => (size === -1 ? (given === 0 ? 0 : elementsOf(dims) / given) : size)),
  )
}

function flatten(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const axis = node.int('axis', 1)
  const at = axis < 0 ? axis + dims.length : axis
  if (at < 0 || at > dims.length) node.refuse('shape', `has the axis ${axis} of ${dims.length}`)
  return reshaped(node, [elementsOf(dims.slice(0, at)), elementsOf(dims.slice(at))])
}

function transpose(node: NodeView): NodeFacts {
  const { dims, type } = node.input(0)
  const order = node.ints('perm') ?? dims.map((_, at) => dims.length - 1 - at)
  const isOrder = order.length === dims.length && new Set(order).size === dims.length
  if (!isOrder) node.refuse('shape', `has the order [${order.join(', ')}] of ${dims.length} dimensions`)
  return moved(node, { type, dims: order.map((from) => dims[node.axis(from, dims.length)] ?? 0) })
}

function squeeze(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const axes = node.axes(1)?.map((axis) => node.axis(axis, dims.length))
  const gone = new Set(axes ?? dims.flatMap((size, at) => (size === 1 ? [at] : [])))
  if ([...gone].some((at) => dims[at] !== 1)) node.refuse('shape', 'takes out a dimension that is not 1')
  return reshaped(
    node,
    dims.filter((_, at) => !gone.has(at)),
  )
}

function unsqueeze(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const given = node.axes(1) ?? node.refuse('shape', 'has no axes')
  const rank = dims.length + given.length
  const axes = new Set(given.map((axis) => node.axis(axis, rank)))
  if (axes.size !== given.length) node.refuse('shape', 'has an axis twice')
  const rest = dims[Symbol.iterator]()
  return reshaped(
    node,
    Array.from({ length: rank }, (_, at) => (axes.has(at) ? 1 : (rest.next().value ?? 1))),
  )
}

function concat(node: NodeView): NodeFacts {
  const inputs = node.present()
  const type = node.sameType(inputs)
  const first = node.input(0)
  const axis = node.axis(node.int('axis'), first.dims.length)
  const fits = inputs.every(
    ({ dims }) =>
      dims.length === first.dims.length && dims.every((size, at) => at === axis || size === first.dims[at]),
  )
  if (!fits) node.refuse('shape', 'joins tensors that do not fit')
  const along = inputs.reduce((sum, { dims }) => sum + (dims[axis] ?? 0), 0)
  const dims = first.dims.map((size, at) => (at === axis ? along : size))
  const values = dims.length === 1 && along <= MOST_VALUES ? joined(inputs) : undefined
  return moved(node, { type, dims, ...(values === undefined ? {} : { values }) })
}

function joined(inputs: readonly TensorFacts[]): readonly number[] | undefined {
  const all: number[] = []
  for (const { values } of inputs) {
    if (values === undefined) return undefined
    all.push(...values)
  }
  return all
}

function split(node: NodeView): NodeFacts {
  const { type, dims } = node.input(0)
  const axis = node.axis(node.int('axis', 0), dims.length)
  const along = dims[axis] ?? 0
  const parts = node.inputs[1] === undefined ? even(node, along) : node.known(1)
  const fits =
    parts.length === node.outputs.length &&
    parts.every((size) => size >= 0) &&
    parts.reduce((sum, size) => sum + size, 0) === along
  if (!fits)
    node.refuse('shape', `splits ${along} into [${parts.join(', ')}] for ${node.outputs.length} outputs`)
  const outputs = parts.map((size) => ({ type, dims: dims.map((whole, at) => (at === axis ? size : whole)) }))
  return { outputs, multiplyAdds: elementsOf(dims) }
}

/** Parts of one size, the last of which may be smaller. */
function even(node: NodeView, along: number): number[] {
  const count = node.outputs.length
  const size = Math.ceil(along / count)
  return Array.from({ length: count }, (_, at) => Math.max(0, Math.min(size, along - at * size)))
}

function slice(node: NodeView): NodeFacts {
  const { type, dims, values } = node.input(0)
  const [starts, ends] = [node.known(1), node.known(2)]
  const axes = node.inputs[3] === undefined ? starts.map((_, at) => at) : node.known(3)
  const steps = node.inputs[4] === undefined ? starts.map(() => 1) : node.known(4)
  if ([ends, axes, steps].some(({ length }) => length !== starts.length))
    node.refuse('shape', 'has lists of several lengths')
  // onnxruntime runs none that has; and a thousand times along one axis would be a thousand times its work.
  if (new Set(axes.map((axis) => node.axis(axis, dims.length))).size !== axes.length)
    node.refuse('shape', 'has an axis twice')
  const sizes = [...dims]
  let kept = values
  for (const [at, given] of axes.entries()) {
    const axis = node.axis(given, dims.length)
    const [start, end, step] = [starts[at] ?? 0, ends[at] ?? 0, steps[at] ?? 1]
    if (step === 0) node.refuse('shape', 'goes on by steps of 0')
    const size = dims[axis] ?? 0
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
    const from = clamp(start < 0 ? start + size : start, step > 0 ? 0 : 0, step > 0 ? size : size - 1)
    const to = clamp(end < 0 ? end + size : end, low, high)
    const count = Math.max(0, Math.ceil((to - from) / step))
    sizes[axis] = count
    kept =
      kept !== undefined && dims.length === 1
        ? Array.from({ length: count }, (_, index) => values?.[from + index * step] ?? 0)
        : undefined
  }
  return moved(node, { type, dims: sizes, ...(kept === undefined ? {} : { values: kept }) })
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}

function gather(node: NodeView): NodeFacts {
  const { type, dims, values } = node.input(0)
  const at = node.input(1)
  node.sameType([at], ['int64', 'int32'])
  const axis = node.axis(node.int('axis', 0), dims.length)
  const taken = [...dims.slice(0, axis), ...at.dims, ...dims.slice(axis + 1)]
  const isKnown = values !== undefined && at.values !== undefined && dims.length === 1
  const picked = isKnown ? at.values.map((index) => values[node.axis(index, values.length)] ?? 0) : undefined
  return moved(node, { type, dims: taken, ...(picked === undefined ? {} : { values: picked }) })
}

function gatherElements(node: NodeView): NodeFacts {
  const at = node.input(1)
  node.sameType([at], ['int64', 'int32'])
  const { type, dims } = node.input(0)
  node.axis(node.int('axis', 0), dims.length)
  if (at.dims.length !== dims.length) node.refuse('shape', 'has positions of another number of dimensions')
  return moved(node, { type, dims: at.dims })
}

function expand(node: NodeView): NodeFacts {
  const { type, dims } = node.input(0)
  const wanted = node.known(1)
  const rank = Math.max(dims.length, wanted.length)
  const sizes = Array.from({ length: rank }, (_, at) => {
    const [a, b] = [dims[at - rank + dims.length] ?? 1, wanted[at - rank + wanted.length] ?? 1]
    return a === b || b === 1 ? a : a === 1 ? b : node.refuse('shape', `stretches ${a} to ${b}`)
  })
  return moved(node, { type, dims: sizes })
}

function tile(node: NodeView): NodeFacts {
  const { type, dims } = node.input(0)
  const repeats = node.known(1)
  if (repeats.length !== dims.length)
    node.refuse('shape', `repeats ${repeats.length} of ${dims.length} dimensions`)
  return moved(node, { type, dims: dims.map((size, at) => size * (repeats[at] ?? 0)) })
}

function shape(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const start = node.int('start', 0)
  const end = node.int('end', dims.length)
  const sizes = dims.slice(
    clamp(start < 0 ? start + dims.length : start, 0, dims.length),
    clamp(end < 0 ? end + dims.length : end, 0, dims.length),
  )
  return { outputs: [{ type: 'int64', dims: [sizes.length], values: sizes }], multiplyAdds: 1 }
}

function size(node: NodeView): NodeFacts {
  return { outputs: [{ type: 'int64', dims: [], values: [elementsOf(node.input(0).dims)] }], multiplyAdds: 1 }
}

function constantOfShape(node: NodeView): NodeFacts {
  const value = node.attribute('value')?.t
  return moved(node, {
    type: value === undefined ? 'float32' : elementType(value.dataType, node.what),
    dims: node.known(0),
  })
}

function pad(node: NodeView): NodeFacts {
  const { type, dims } = node.input(0)
  if (node.inputs[3] !== undefined) node.refuse('unsupported', 'names axes')
  const pads = node.known(1)
  if (pads.length !== 2 * dims.length)
    node.refuse('shape', `has ${pads.length} widths for ${dims.length} dimensions`)
  const sizes = dims.map((one, at) => one + (pads[at] ?? 0) + (pads[at + dims.length] ?? 0))
  return moved(node, { type, dims: sizes })
}

function trilu(node: NodeView): NodeFacts {
  return moved(node, { type: node.input(0).type, dims: node.input(0).dims })
}

function range(node: NodeView): NodeFacts {
  const type = node.sameType(node.present(), ['int64', 'int32'])
  const [start = 0, limit = 0, step = 0] = [0, 1, 2].map((at) => node.known(at)[0])
  if (step === 0) node.refuse('shape', 'goes on by steps of 0')
  const count = Math.max(0, Math.ceil((limit - start) / step))
  const values =
    count <= MOST_VALUES ? Array.from({ length: count }, (_, at) => start + at * step) : undefined
  return moved(node, { type, dims: [count], ...(values === undefined ? {} : { values }) })
}

export const formRules: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  Expand: expand,
  Tile: tile,
  Shape: shape,
  Size: size,
  ConstantOfShape: constantOfShape,
  Pad: pad,
  Trilu: trilu,
  Range: range,
}
