import { OnnxRefusal } from './OnnxRefusal.js'

/** Types of elements that a model may have, by their number in ONNX, with the bytes of one. */
export const ELEMENT_TYPES = {
  float32: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
} as const

export type ElementType = keyof typeof ELEMENT_TYPES

/** What is known of a tensor before anything is computed. */
export interface TensorFacts {
  readonly type: ElementType
  readonly dims: readonly number[]
  /** What it holds, of whole numbers that are known and few: shapes, axes, positions. */
  readonly values?: readonly number[]
}

/** More dimensions than operators of onnxruntime take. */
const MOST_DIMS = 8

/** Elements of one tensor: any limit is below. */
const MOST_ELEMENTS = 2 ** 40

export function elementType(code: number | undefined, what: string): ElementType {
  for (const [name, type] of Object.entries(ELEMENT_TYPES)) if (type.code === code) return name as ElementType
  throw new OnnxRefusal(
    'unsupported',
    `${what} is of the element type ${code ?? 0}; known are ${Object.keys(ELEMENT_TYPES).join(', ')}.`,
  )
}

/** Holds dimensions to what can be: whole, not negative, few, and not of more elements than can be counted. */
export function checkDims(dims: readonly number[], what: string): void {
  if (dims.length > MOST_DIMS)
    throw new OnnxRefusal('size', `${what} has ${dims.length} dimensions; at most ${MOST_DIMS} are known.`)
  for (const size of dims) {
    if (!Number.isInteger(size) || size < 0)
      throw new OnnxRefusal('shape', `${what} has a dimension of ${size}.`)
  }
  if (!(elementsOf(dims) <= MOST_ELEMENTS)) {
    throw new OnnxRefusal('size', `${what} has the dimensions [${dims.join(', ')}].`)
  }
}

export function elementsOf(dims: readonly number[]): number {
  // A zero anywhere makes it empty, whatever the others: the product of large ones is Infinity then, and no number.
  return dims.includes(0) ? 0 : dims.reduce((product, size) => product * size, 1)
}

export function bytesOf({ type, dims }: TensorFacts): number {
  return elementsOf(dims) * ELEMENT_TYPES[type].bytes
}

/** The dimensions of what two tensors give element by element, each stretched where it has one. */
export function broadcast(a: readonly number[], b: readonly number[], what: string): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, at) => {
    const left = a[at - rank + a.length] ?? 1
    const right = b[at - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1) {
      throw new OnnxRefusal(
        'shape',
        `${what} has [${a.join(', ')}] and [${b.join(', ')}], which do not fit each other.`,
      )
    }
    return left === 1 ? right : left
  })
}
