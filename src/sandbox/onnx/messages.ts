import { type FieldKind, type Message, message } from './readMessage.js'

/** Numbers of which only as many are kept as shapes and axes have. */
export interface Numbers {
  readonly count: number
  /** Empty when there are more than are kept. */
  readonly values: readonly number[]
}

// The messages of onnx.proto by field number, as far as a model that is allowed has them. `skip` is what means nothing to the
// computation; `no` is what is refused, by what it is.
const skip: FieldKind = { kind: 'skip' }
const no = (what: string): FieldKind => ({ kind: 'no', what })
const int: FieldKind = { kind: 'int' }
const text: FieldKind = { kind: 'text' }
const texts: FieldKind = { kind: 'texts' }
const numbers: FieldKind = { kind: 'numbers' }
const floats: FieldKind = { kind: 'floats' }
const one = (of: Message): FieldKind => ({ kind: 'one', of })
const many = (of: Message): FieldKind => ({ kind: 'many', of })

const tensor = message({
  1: ['dims', numbers],
  2: ['dataType', int],
  3: ['segment', no('tensors in segments')],
  4: ['floatData', floats],
  5: ['int32Data', numbers],
  6: ['stringData', no('text in tensors')],
  7: ['int64Data', numbers],
  8: ['name', text],
  9: ['rawData', { kind: 'bytes' }],
  10: ['doubleData', no('tensors of double precision')],
  11: ['uint64Data', no('tensors of unsigned 64-bit numbers')],
  12: ['docString', skip],
  13: ['externalData', no('data in another file')],
  14: ['dataLocation', int],
  16: ['metadataProps', skip],
})

const attribute = message({
  1: ['name', text],
  2: ['f', { kind: 'float' }],
  3: ['i', int],
  4: ['s', text],
  5: ['t', one(tensor)],
  6: ['g', no('a graph inside of a graph')],
  7: ['floats', floats],
  8: ['ints', numbers],
  9: ['strings', texts],
  10: ['tensors', no('an attribute of tensors')],
  11: ['graphs', no('graphs inside of a graph')],
  13: ['docString', skip],
  14: ['tp', no('an attribute that is a type')],
  15: ['typeProtos', no('an attribute of types')],
  20: ['type', int],
  21: ['refAttrName', no('functions')],
  22: ['sparseTensor', no('sparse tensors')],
  23: ['sparseTensors', no('sparse tensors')],
})

const node = message({
  1: ['input', texts],
  2: ['output', texts],
  3: ['name', text],
  4: ['opType', text],
  5: ['attribute', many(attribute)],
  6: ['docString', skip],
  7: ['domain', text],
  8: ['overload', no('functions')],
  9: ['metadataProps', skip],
  10: ['deviceConfigurations', no('several devices')],
})

const dimension = message({ 1: ['value', int], 2: ['param', text], 3: ['denotation', skip] })
const shape = message({ 1: ['dim', many(dimension)] })
const tensorType = message({ 1: ['elemType', int], 2: ['shape', one(shape)] })
const type = message({
  1: ['tensorType', one(tensorType)],
  4: ['sequenceType', no('sequences')],
  5: ['mapType', no('maps')],
  6: ['denotation', skip],
  8: ['sparseTensorType', no('sparse tensors')],
  9: ['optionalType', no('optional values')],
})
const valueInfo = message({
  1: ['name', text],
  2: ['type', one(type)],
  3: ['docString', skip],
  4: ['metadataProps', skip],
})

const graph = message({
  1: ['node', many(node)],
  2: ['name', text],
  5: ['initializer', many(tensor)],
  10: ['docString', skip],
  11: ['input', many(valueInfo)],
  12: ['output', many(valueInfo)],
  13: ['valueInfo', skip],
  14: ['quantizationAnnotation', no('annotations of quantization')],
  15: ['sparseInitializer', no('sparse tensors')],
  16: ['metadataProps', skip],
})

const opset = message({ 1: ['domain', text], 2: ['version', int] })

export const model = message({
  1: ['irVersion', int],
  2: ['producerName', skip],
  3: ['producerVersion', skip],
  4: ['domain', skip],
  5: ['modelVersion', skip],
  6: ['docString', skip],
  7: ['graph', one(graph)],
  8: ['opsetImport', many(opset)],
  14: ['metadataProps', skip],
  20: ['trainingInfo', no('training')],
  25: ['functions', no('functions')],
  26: ['configuration', no('several devices')],
})

// What reading makes of them; a part that was not there is undefined, one that may be there often is a list.
export interface OnnxTensorMessage {
  readonly dims?: Numbers
  readonly dataType?: number
  readonly floatData?: number
  readonly int32Data?: Numbers
  readonly int64Data?: Numbers
  readonly name?: string
  readonly rawData?: Uint8Array
  readonly dataLocation?: number
}

export interface OnnxAttributeMessage {
  readonly name?: string
  readonly f?: number
  readonly i?: number
  readonly s?: string
  readonly t?: OnnxTensorMessage
  readonly floats?: number
  readonly ints?: Numbers
  readonly strings?: readonly string[]
  readonly type?: number
}

export interface OnnxNodeMessage {
  readonly input?: readonly string[]
  readonly output?: readonly string[]
  readonly name?: string
  readonly opType?: string
  readonly domain?: string
  readonly attribute?: readonly OnnxAttributeMessage[]
}

export interface OnnxValueMessage {
  readonly name?: string
  readonly type?: {
    readonly tensorType?: {
      readonly elemType?: number
      readonly shape?: { readonly dim?: readonly { readonly value?: number; readonly param?: string }[] }
    }
  }
}

export interface OnnxModelMessage {
  readonly irVersion?: number
  readonly opsetImport?: readonly { readonly domain?: string; readonly version?: number }[]
  readonly graph?: {
    readonly node?: readonly OnnxNodeMessage[]
    readonly initializer?: readonly OnnxTensorMessage[]
    readonly input?: readonly OnnxValueMessage[]
    readonly output?: readonly OnnxValueMessage[]
  }
}
