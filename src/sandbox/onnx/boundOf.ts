import { printableName } from '../../errors/index.js'
import {
  model as modelMessage,
  type OnnxModelMessage,
  type OnnxTensorMessage,
  type OnnxValueMessage,
} from './messages.js'
import { NodeView } from './NodeView.js'
import { type OnnxFailure, OnnxRefusal } from './OnnxRefusal.js'
import { rules } from './operatorRules.js'
import { readMessage } from './readMessage.js'
import {
  bytesOf,
  checkDims,
  ELEMENT_TYPES,
  type ElementType,
  elementsOf,
  elementType,
  type TensorFacts,
} from './tensors.js'

/** Versions of the operators that the rules know. */
export const OPSETS = { first: 13, last: 21 } as const

/** As many characters as are said of what is wrong. */
const MOST_DETAIL = 300

/** Versions of the file's form that go with them. */
const MOST_IR_VERSION = 10

/** What a model may be; all of it is decided by its bytes and the inputs' dimensions. */
export interface OnnxBounds {
  readonly nodes: number
  /** Bytes of all tensors together, those that are computed included, as if none made room for another. */
  readonly tensorBytes: number
  /** Multiply-adds of one run; what is no product counts by its work. */
  readonly multiplyAdds: number
}

/** Type and dimensions of a tensor. */
export interface TensorForm {
  readonly type: ElementType
  readonly dims: readonly number[]
}

/** What a model is asked: the inputs that it will be given, and the outputs that are wanted of it, by name. */
export interface OnnxSignature {
  readonly inputs: Readonly<Record<string, TensorForm>>
  readonly outputs: Readonly<Record<string, TensorForm>>
}

/** What a model is and takes, or why it is not to be run; the same on every machine. */
export type OnnxBound =
  | {
      readonly kind: 'ok'
      readonly nodes: number
      readonly tensorBytes: number
      readonly multiplyAdds: number
    }
  | { readonly kind: 'failed'; readonly reason: OnnxFailure; readonly detail: string }

/**
 * Judges a model by its bytes alone, before any of it runs: reads the graph, follows the dimensions of every tensor through it, and adds up bytes and
 * multiply-adds. Nothing in the bytes makes it throw, and its time and memory are in proportion to them.
 */
export function boundOf(bytes: Uint8Array, signature: OnnxSignature, bounds: OnnxBounds): OnnxBound {
  try {
    return new Following(bounds).follow(readMessage(bytes, modelMessage), signature)
  } catch (error) {
    // Names and numbers of a stranger's file are in it.
    if (error instanceof OnnxRefusal)
      return { kind: 'failed', reason: error.reason, detail: printableName(error.detail, MOST_DETAIL) }
    throw error
  }
}

class Following {
  readonly #bounds: OnnxBounds
  readonly #tensors = new Map<string, TensorFacts>()
  #tensorBytes = 0
  #multiplyAdds = 0

  constructor(bounds: OnnxBounds) {
    this.#bounds = bounds
  }

  follow(model: OnnxModelMessage, signature: OnnxSignature): OnnxBound {
    const opset = opsetOf(model)
    const { node: nodes = [], initializer = [], input = [], output = [] } = model.graph ?? {}
    if (nodes.length > this.#bounds.nodes) {
      throw new OnnxRefusal('size', `The model has ${nodes.length} nodes; ${this.#bounds.nodes} are allowed.`)
    }
    for (const tensor of initializer) this.#add(nameOf(tensor.name), constantOf(tensor))
    this.#inputs(input, signature.inputs)
    for (const node of nodes) {
      const view = new NodeView(
        node,
        opset,
        (node.input ?? []).map((name) => this.#used(name)),
      )
      if ((node.domain ?? '') !== '' && node.domain !== 'ai.onnx')
        view.refuse('unsupported', `is of the domain ${node.domain}`)
      const facts = node.opType === 'Constant' ? constantNode(view) : rules.get(node.opType ?? '')?.(view)
      if (facts === undefined) return view.refuse('unsupported', 'is an operator that is not allowed')
      for (const [at, name] of view.outputs.entries()) {
        const made = facts.outputs[at] ?? view.refuse('shape', `has ${view.outputs.length} outputs`)
        if (name !== '') this.#add(name, made)
      }
      this.#work(facts.multiplyAdds)
    }
    const made = output.map(({ name }) => nameOf(name))
    for (const [name, form] of Object.entries(signature.outputs)) {
      if (!made.includes(name))
        throw new OnnxRefusal('shape', `The model gives no ${name}; it gives ${listed(made)}.`)
      holdTo(`The output ${name}`, this.#known(name), form)
    }
    for (const name of made) this.#known(name)
    return {
      kind: 'ok',
      nodes: nodes.length,
      tensorBytes: this.#tensorBytes,
      multiplyAdds: this.#multiplyAdds,
    }
  }

  /** The inputs that have to be given: those that are no constants. */
  #inputs(input: readonly OnnxValueMessage[], forms: OnnxSignature['inputs']): void {
    const asked = input.filter(({ name }) => !this.#tensors.has(nameOf(name)))
    const names = asked.map(({ name }) => nameOf(name))
    const missing = Object.keys(forms).find((name) => !names.includes(name))
    if (missing !== undefined) {
      throw new OnnxRefusal('shape', `The model takes no ${missing}; it takes ${listed(names)}.`)
    }
    for (const [at, name] of names.entries()) {
      const form = Object.hasOwn(forms, name) ? forms[name] : undefined
      if (form === undefined) throw new OnnxRefusal('shape', `The model also takes ${name}.`)
      holdInput(name, asked[at]?.type, form)
      this.#add(name, { type: form.type, dims: form.dims })
    }
  }

  #used(name: string): TensorFacts | undefined {
    return name === '' ? undefined : this.#known(name)
  }

  #known(name: string): TensorFacts {
    const found = this.#tensors.get(name)
    if (found === undefined)
      throw new OnnxRefusal('unreadable', `The model uses ${name} before there is one.`)
    return found
  }

  #add(name: string, facts: TensorFacts): void {
    checkDims(facts.dims, name)
    if (this.#tensors.has(name)) throw new OnnxRefusal('unreadable', `The model makes ${name} twice.`)
    this.#tensors.set(name, facts)
    this.#tensorBytes += bytesOf(facts)
    if (!(this.#tensorBytes <= this.#bounds.tensorBytes)) {
      throw new OnnxRefusal('size', `The model's tensors take more than ${this.#bounds.tensorBytes} bytes.`)
    }
  }

  #work(multiplyAdds: number): void {
    this.#multiplyAdds += multiplyAdds
    if (!(this.#multiplyAdds <= this.#bounds.multiplyAdds)) {
      throw new OnnxRefusal('work', `The model takes more than ${this.#bounds.multiplyAdds} multiply-adds.`)
    }
  }
}

function opsetOf({ irVersion = 0, opsetImport = [] }: OnnxModelMessage): number {
  if (irVersion < 1 || irVersion > MOST_IR_VERSION) {
    throw new OnnxRefusal(
      'unsupported',
      `The model is of the IR version ${irVersion}; at most ${MOST_IR_VERSION} is known.`,
    )
  }
  const [main, ...others] = opsetImport.filter(({ domain = '' }) => domain === '' || domain === 'ai.onnx')
  const version = main?.version ?? 0
  if (others.length > 0 || version < OPSETS.first || version > OPSETS.last) {
    throw new OnnxRefusal(
      'unsupported',
      `The model is of opset ${version}; known are ${OPSETS.first} to ${OPSETS.last}.`,
    )
  }
  return version
}

function nameOf(name: string | undefined): string {
  if (name === undefined || name === '')
    throw new OnnxRefusal('unreadable', 'The model has a tensor without a name.')
  return name
}

function holdInput(name: string, type: OnnxValueMessage['type'], form: TensorForm): void {
  const what = `The input ${name}`
  const tensor = type?.tensorType
  if (tensor === undefined) throw new OnnxRefusal('unsupported', `${what} is no tensor.`)
  const declared = tensor.shape?.dim?.map(({ value }, at) => value ?? form.dims[at] ?? -1)
  holdTo(what, { type: elementType(tensor.elemType, what), dims: declared ?? form.dims }, form)
}

function holdTo(what: string, has: TensorForm, wanted: TensorForm): void {
  if (has.type === wanted.type && String(has.dims) === String(wanted.dims)) return
  const [is, asked] = [has, wanted].map(({ type, dims }) => `${type} [${dims.join(', ')}]`)
  throw new OnnxRefusal('shape', `${what} is ${is}, and ${asked} is asked.`)
}

/** As many names as a sentence holds. */
function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.slice(0, 8).join(', ')
}

/** A tensor that the file holds: it has as many numbers as its dimensions say. */
function constantOf(tensor: OnnxTensorMessage): TensorFacts {
  const what = `The constant ${tensor.name ?? ''}`.trim()
  const type = elementType(tensor.dataType, what)
  const { count = 0, values: dims = [] } = tensor.dims ?? {}
  if (count !== dims.length) throw new OnnxRefusal('size', `${what} has ${count} dimensions.`)
  checkDims(dims, what)
  if ((tensor.dataLocation ?? 0) !== 0) throw new OnnxRefusal('unsupported', `${what} is in another file.`)
  const elements = elementsOf(dims)
  const { rawData, floatData, int32Data, int64Data } = tensor
  if ([rawData, floatData, int32Data, int64Data].filter((part) => part !== undefined).length > 1) {
    throw new OnnxRefusal('unreadable', `${what} has its numbers in several ways.`)
  }
  const inWords = type === 'float32' ? floatData : type === 'int64' ? int64Data?.count : int32Data?.count
  const held = rawData === undefined ? (inWords ?? 0) : rawData.length / ELEMENT_TYPES[type].bytes
  if (held !== elements)
    throw new OnnxRefusal('unreadable', `${what} has ${held} numbers for [${dims.join(', ')}].`)
  const values = type === 'int64' ? wholeNumbers(rawData, int64Data?.values, elements) : undefined
  return { type, dims, ...(values === undefined ? {} : { values }) }
}

/** Longer ones are no shapes. */
const MOST_VALUES = 1_024

function wholeNumbers(
  raw: Uint8Array | undefined,
  words: readonly number[] | undefined,
  elements: number,
): readonly number[] | undefined {
  if (elements > MOST_VALUES) return undefined
  if (raw === undefined) return words ?? []
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return Array.from({ length: elements }, (_, at) => {
    const value = Number(view.getBigInt64(8 * at, true))
    return Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
  })
}

/** A constant that stands among the nodes. */
function constantNode(node: NodeView): { outputs: TensorFacts[]; multiplyAdds: number } {
  const tensor = node.attribute('value')?.t
  if (tensor !== undefined) return { outputs: [constantOf(tensor)], multiplyAdds: 1 }
  const int = node.attribute('value_int')?.i
  if (int !== undefined) return { outputs: [{ type: 'int64', dims: [], values: [int] }], multiplyAdds: 1 }
  const ints = node.ints('value_ints')
  if (ints !== undefined)
    return { outputs: [{ type: 'int64', dims: [ints.length], values: ints }], multiplyAdds: 1 }
  if (node.attribute('value_float')?.f !== undefined)
    return { outputs: [{ type: 'float32', dims: [] }], multiplyAdds: 1 }
  const floats = node.attribute('value_floats')?.floats
  if (floats !== undefined) return { outputs: [{ type: 'float32', dims: [floats] }], multiplyAdds: 1 }
  return node.refuse('unsupported', 'has a value that is not allowed')
}
