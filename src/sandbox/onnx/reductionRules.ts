import type { NodeView } from './NodeView.js'
import type { NodeFacts, Rule } from './Rule.js'
import { type ElementType, elementsOf } from './tensors.js'

/** Dimensions with some of them made 1, or taken out. */
function reduced(dims: readonly number[], axes: ReadonlySet<number>, isKept: boolean): number[] {
  return dims.flatMap((size, at) => (axes.has(at) ? (isKept ? [1] : []) : [size]))
}

function reduce(work: number, types: readonly ElementType[]): Rule {
  return (node) => {
    const { dims } = node.input(0)
    const type = node.sameType([node.input(0)], types)
    const given = node.axes(1)
    const isNone = given === undefined || given.length === 0
    const isNoOp = isNone && node.int('noop_with_empty_axes', 0) !== 0
    const axes = isNone ? dims.map((_, at) => at) : given.map((axis) => node.axis(axis, dims.length))
    const kept = reduced(dims, new Set(isNoOp ? [] : axes), node.int('keepdims', 1) !== 0)
    return { outputs: [{ type, dims: kept }], multiplyAdds: work * elementsOf(dims) + elementsOf(kept) }
  }
}

function argument(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  node.sameType([node.input(0)], ['float32', 'int32', 'int64'])
  const axis = node.axis(node.int('axis', 0), dims.length)
  const kept = reduced(dims, new Set([axis]), node.int('keepdims', 1) !== 0)
  return { outputs: [{ type: 'int64', dims: kept }], multiplyAdds: elementsOf(dims) + elementsOf(kept) }
}

function cumSum(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const type = node.sameType([node.input(0)], ['float32', 'int32', 'int64'])
  return { outputs: [{ type, dims }], multiplyAdds: elementsOf(dims) }
}

const numbers: readonly ElementType[] = ['float32', 'int32', 'int64']
const float: readonly ElementType[] = ['float32']

export const reductionRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    ['ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd'].map((name) => [name, reduce(1, numbers)]),
  ),
  ...Object.fromEntries(
    ['ReduceMean', 'ReduceSumSquare', 'ReduceL1', 'ReduceL2'].map((name) => [name, reduce(2, float)]),
  ),
  ...Object.fromEntries(['ReduceLogSum', 'ReduceLogSumExp'].map((name) => [name, reduce(16, float)])),
  ArgMax: argument,
  ArgMin: argument,
  CumSum: cumSum,
}
