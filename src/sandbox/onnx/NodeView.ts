import type { OnnxAttributeMessage, OnnxNodeMessage } from './messages.js'
import { OnnxRefusal } from './OnnxRefusal.js'
import type { ElementType, TensorFacts } from './tensors.js'

/** A node of the graph as a rule looks at it: its inputs with what is known of them, and its attributes. */
export class NodeView {
  readonly what: string
  readonly opset: number
  readonly outputs: readonly string[]
  readonly inputs: readonly (TensorFacts | undefined)[]
  readonly #attributes: ReadonlyMap<string, OnnxAttributeMessage>

  constructor(node: OnnxNodeMessage, opset: number, inputs: readonly (TensorFacts | undefined)[]) {
    this.what = `${node.opType ?? ''} ${node.name ?? node.output?.[0] ?? ''}`.trim()
    this.opset = opset
    this.inputs = inputs
    this.outputs = node.output ?? []
    const attributes = node.attribute ?? []
    this.#attributes = new Map(attributes.map((one) => [one.name ?? '', one]))
    // What readers make of either is not the same everywhere.
    if (this.#attributes.size !== attributes.length) this.refuse('unreadable', 'has an attribute twice')
    for (const one of attributes) {
      if (!isOfOneValue(one))
        this.refuse('unreadable', `has an attribute ${one.name ?? ''} that is not of one value`)
    }
  }

  input(at: number): TensorFacts {
    return this.inputs[at] ?? this.refuse('shape', `has no input ${at}`)
  }

  /** The inputs that are there. */
  present(): TensorFacts[] {
    return this.inputs.filter((one): one is TensorFacts => one !== undefined)
  }

  /** What an input holds, which has to be known beforehand. */
  known(at: number): readonly number[] {
    return (
      this.input(at).values ??
      this.refuse('unsupported', `has an input ${at} that is computed; it must be a constant`)
    )
  }

  int(name: string, otherwise?: number): number {
    return this.#attributes.get(name)?.i ?? otherwise ?? this.refuse('shape', `has no attribute ${name}`)
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.#attributes.get(name)
    if (attribute === undefined) return undefined
    const found = attribute.ints ?? NO_NUMBERS
    return found.values.length === found.count
      ? found.values
      : this.refuse('size', `has a long attribute ${name}`)
  }

  text(name: string, otherwise: string): string {
    return this.#attributes.get(name)?.s ?? otherwise
  }

  attribute(name: string): OnnxAttributeMessage | undefined {
    return this.#attributes.get(name)
  }

  /** An axis of a tensor of so many, counted from its end where it is negative. */
  axis(axis: number, rank: number): number {
    const at = axis < 0 ? axis + rank : axis
    return Number.isInteger(at) && at >= 0 && at < rank
      ? at
      : this.refuse('shape', `has the axis ${axis} of ${rank}`)
  }

  /** Axes by an attribute, or by an input where later versions have them; `undefined` where they are not said. */
  axes(inputAt: number): readonly number[] | undefined {
    return this.ints('axes') ?? (this.inputs[inputAt] === undefined ? undefined : this.known(inputAt))
  }

  /** Holds tensors to one type. */
  sameType(tensors: readonly TensorFacts[], types?: readonly ElementType[]): ElementType {
    const type = tensors[0]?.type ?? this.refuse('shape', 'has no inputs')
    if (tensors.some((one) => one.type !== type)) this.refuse('shape', 'has inputs of several types')
    if (types !== undefined && !types.includes(type)) this.refuse('unsupported', `works on ${type}`)
    return type
  }

  refuse(reason: 'shape' | 'unsupported' | 'size' | 'unreadable', what: string): never {
    throw new OnnxRefusal(reason, `${this.what} ${what}.`)
  }
}

const NO_NUMBERS = { count: 0, values: [] }

/** The fields that hold a value, by the number that `type` has for each. */
const VALUE_FIELDS = { f: 1, i: 2, s: 3, t: 4, floats: 6, ints: 7, strings: 8 } as const

/** Lists may be empty, and are not written then. */
const LIST_TYPES: readonly number[] = [VALUE_FIELDS.floats, VALUE_FIELDS.ints, VALUE_FIELDS.strings]

function isOfOneValue(attribute: OnnxAttributeMessage): boolean {
  const fields = Object.keys(VALUE_FIELDS) as (keyof typeof VALUE_FIELDS)[]
  const [first, ...others] = fields.filter((field) => attribute[field] !== undefined)
  const { type } = attribute
  if (first === undefined) return type !== undefined && LIST_TYPES.includes(type)
  return others.length === 0 && type === VALUE_FIELDS[first]
}
