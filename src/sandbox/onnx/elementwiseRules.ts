import type { NodeView } from './NodeView.js'
import type { NodeFacts, Rule } from './Rule.js'
import { broadcast, type ElementType, elementsOf, elementType, type TensorFacts } from './tensors.js'

/** Multiply-adds that an exponential and its like count as. */
const FUNCTION_WORK = 16

const NUMBERS: readonly ElementType[] = ['float32', 'int32', 'int64']

/** One tensor, element by element. */
function unary(work: number, types: readonly ElementType[]): Rule {
  return (node) => {
    const { dims } = node.input(0)
    const type = node.sameType([node.input(0)], types)
    return { outputs: [{ type, dims }], multiplyAdds: work * elementsOf(dims) }
  }
}

/** Any number of tensors of one type, element by element, stretched to each other. */
function several(
  work: number,
  count: readonly [least: number, most: number],
  types: readonly ElementType[],
  gives?: 'bool',
): Rule {
  return (node) => {
    const inputs = node.present()
    if (inputs.length < count[0] || inputs.length > count[1])
      node.refuse('shape', `has ${inputs.length} inputs`)
    const type = node.sameType(inputs, types)
    const dims = inputs.reduce<readonly number[]>((all, one) => broadcast(all, one.dims, node.what), [])
    return { outputs: [{ type: gives ?? type, dims }], multiplyAdds: work * inputs.length * elementsOf(dims) }
  }
}

/** Two tensors of whole numbers that are both known give known ones: shapes are computed so. */
function arithmetic(
  compute: (a: number, b: number) => number,
  types: readonly ElementType[] = NUMBERS,
): Rule {
  const rule = several(1, [2, 2], types)
  return (node) => {
    const facts = rule(node)
    const [a, b] = node.inputs
    const output = facts.outputs[0]
    if (a?.values === undefined || b?.values === undefined || output === undefined) return facts
    const length = elementsOf(output.dims)
    const isPlain = [a, b].every(({ values }) => values?.length === length || values?.length === 1)
    if (!isPlain || output.type === 'float32') return facts
    const values = Array.from({ length }, (_, at) => {
      const result = compute(pick(a.values, at), pick(b.values, at))
      return Number.isSafeInteger(result) ? result : node.refuse('size', 'computes a shape beyond 2^53')
    })
    return { ...facts, outputs: [{ ...output, values }] }
  }
}

function pick(values: readonly number[] | undefined, at: number): number {
  return values?.[values.length === 1 ? 0 : at] ?? 0
}

function clip(node: NodeView): NodeFacts {
  const { type, dims } = node.input(0)
  node.sameType(node.present(), NUMBERS)
  for (const bound of node.inputs.slice(1)) {
    if (bound !== undefined && elementsOf(bound.dims) !== 1)
      node.refuse('shape', 'has bounds that are no single number')
  }
  return { outputs: [{ type, dims }], multiplyAdds: 2 * elementsOf(dims) }
}

function where(node: NodeView): NodeFacts {
  if (node.input(0).type !== 'bool') node.refuse('shape', 'chooses by what is not true or false')
  const type = node.sameType([node.input(1), node.input(2)])
  const chosen = broadcast(node.input(1).dims, node.input(2).dims, node.what)
  const dims = broadcast(node.input(0).dims, chosen, node.what)
  return { outputs: [{ type, dims }], multiplyAdds: elementsOf(dims) }
}

function cast(node: NodeView): NodeFacts {
  const { dims, values, type } = node.input(0)
  const to = elementType(node.int('to'), node.what)
  const isKept = values !== undefined && type !== 'float32' && (to === 'int64' || to === 'int32')
  return { outputs: [{ type: to, dims, ...(isKept ? { values } : {}) }], multiplyAdds: elementsOf(dims) }
}

/** Probabilities along an axis. */
function softmax(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const type = node.sameType([node.input(0)], ['float32'])
  node.axis(node.int('axis', -1), dims.length)
  return { outputs: [{ type, dims }], multiplyAdds: FUNCTION_WORK * elementsOf(dims) }
}

function dropout(node: NodeView): NodeFacts {
  const { dims } = node.input(0)
  const type = node.sameType([node.input(0)], ['float32'])
  if (node.inputs[2] !== undefined) node.refuse('unsupported', 'is told whether it trains')
  const outputs: TensorFacts[] = [
    { type, dims },
    { type: 'bool', dims },
  ]
  return { outputs: outputs.slice(0, Math.max(1, node.outputs.length)), multiplyAdds: elementsOf(dims) }
}

const float: readonly ElementType[] = ['float32']
const functions = [
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
  'Gelu',
  'Mish',
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
]

export const elementwiseRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(functions.map((name) => [name, unary(FUNCTION_WORK, float)])),
  ...Object.fromEntries(simple.map((name) => [name, unary(2, float)])),
  ...Object.fromEntries(['Abs', 'Neg', 'Sign'].map((name) => [name, unary(1, NUMBERS)])),
  Identity: (node) => ({ outputs: [node.input(0)], multiplyAdds: elementsOf(node.input(0).dims) }),
  Not: unary(1, ['bool']),
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  // A processor ends the process for some whole numbers, such as a zero: only those that are known are divided.
  Div: (node) => {
    const facts = arithmetic((a, b) => Math.trunc(a / b))(node)
    const [quotient] = facts.outputs
    const isSafe = quotient?.type === 'float32' || quotient?.values !== undefined
    return isSafe ? facts : node.refuse('unsupported', 'divides whole numbers that are computed')
  },
  Pow: several(FUNCTION_WORK, [2, 2], float),
  PRelu: several(2, [2, 2], float),
  ...Object.fromEntries(['Max', 'Min'].map((name) => [name, several(1, [1, 64], NUMBERS)])),
  ...Object.fromEntries(['Sum', 'Mean'].map((name) => [name, several(1, [1, 64], float)])),
  ...Object.fromEntries(
    ['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'].map((name) => [
      name,
      several(1, [2, 2], NUMBERS, 'bool'),
    ]),
  ),
  ...Object.fromEntries(['And', 'Or', 'Xor'].map((name) => [name, several(1, [2, 2], ['bool'])])),
  Clip: clip,
  Where: where,
  Cast: cast,
  Softmax: softmax,
  LogSoftmax: softmax,
  Dropout: dropout,
}
