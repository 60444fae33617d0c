import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { check, custom, shape } from '../../checks/index.js'
import { printableName } from '../../errors/index.js'
import { MalformedTensorError } from '../httpErrors.js'

/** A tensor as it travels in JSON. */
export interface WireTensor {
  /** Base64 of the array in the form of msgpack-numpy. */
  readonly buffer: string
  readonly dtype: string
  readonly shape: readonly number[]
}

/** The arrays that a tensor's numbers are in. 16-bit floats have none in every engine, and come as their bits. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array

/** Numbers, and how they lie: the last axis is the one that moves fastest. */
export interface Tensor {
  /** How each number is written; `float16` has its bits in a `Uint16Array`, `bool` 0 and 1 in a `Uint8Array`. */
  readonly dtype: TensorType
  /** Lengths of the axes; empty for a single number. */
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** Types of numbers that are spoken. */
export type TensorType =
  | 'float16'
  | 'float32'
  | 'float64'
  | 'uint8'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'bool'

type ArrayKind = {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBuffer): TensorData
}

const kinds: Readonly<Record<TensorType, readonly [numpy: string, kind: ArrayKind]>> = {
  float16: ['<f2', Uint16Array],
  float32: ['<f4', Float32Array],
  float64: ['<f8', Float64Array],
  uint8: ['|u1', Uint8Array],
  int8: ['|i1', Int8Array],
  int16: ['<i2', Int16Array],
  int32: ['<i4', Int32Array],
  int64: ['<i8', BigInt64Array],
  bool: ['|b1', Uint8Array],
}

const MAX_AXES = 32
const isType = (value: unknown): value is TensorType =>
  typeof value === 'string' && Object.hasOwn(kinds, value)
const isAxis = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isShape = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_AXES && value.every(isAxis)
const shapeCheck = custom('Pass the lengths of up to 32 axes.', isShape)
const tensorShape = shape<Tensor>({
  dtype: custom(`Name a type: ${Object.keys(kinds).join(', ')}.`, isType),
  shape: shapeCheck,
  data: custom(
    'Pass a typed array of the type of the tensor, with as many numbers as its shape has places.',
    (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  ),
})

/**
 * A tensor in the form that Python peers read: numbers in little-endian order behind a small header of msgpack.
 *
 * @throws InvalidArgumentError for a type that is not spoken, and for data that does not fit type and shape.
 * @source spec: `spec/wire-python-interop.md` A8, tensors
 *
 * @example
 * ```ts
 * import { decodeTensor, encodeTensor } from 'subnetkit/http'
 *
 * const wire = encodeTensor({ dtype: 'float32', shape: [2], data: Float32Array.of(1.5, 2.5) })
 * decodeTensor(wire).data // Float32Array [1.5, 2.5]
 * ```
 */
export function encodeTensor(tensor: Tensor): WireTensor {
  check('tensor', tensorShape, tensor)
  const { dtype, shape: lengths, data } = tensor
  const [, kind] = kinds[dtype]
  const fits = custom(
    `Pass a ${kind.name} of ${countOf(lengths)} numbers.`,
    () => data.constructor === kind && data.length === countOf(lengths),
  )
  check('tensor.data', fits, data)
  return {
    buffer: Buffer.from(tensorBytes(tensor)).toString('base64'),
    dtype,
    // A single number has one axis of length 0 there, which readers take for "as it is".
    shape: lengths.length === 0 ? [0] : [...lengths],
  }
}

/** The msgpack bytes of a tensor. */
export function tensorBytes({ dtype, shape: lengths, data }: Tensor): Uint8Array {
  const [numpy] = kinds[dtype]
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return concatBytes(
    Uint8Array.of(0x85),
    bin('nd'),
    Uint8Array.of(0xc3),
    bin('type'),
    text(numpy),
    bin('kind'),
    bin(''),
    bin('shape'),
    arrayHead(lengths.length),
    ...lengths.map(integer),
    bin('data'),
    binOf(raw),
  )
}

/**
 * Reads a tensor from a Python peer. What it says of its size is held to the bytes that are there, and arrays of Python objects, which
 * would have to be run to be read, are refused.
 *
 * @throws MalformedTensorError for what is no tensor of numbers.
 *
 * @example
 * ```ts
 * import { decodeTensor } from 'subnetkit/http'
 *
 * const buffer = 'hcQCbmTDxAR0eXBlozxmNMQEa2luZMQAxAVzaGFwZZECxARkYXRhxAgAAMA/AAAgQA=='
 * decodeTensor({ buffer, dtype: 'float32', shape: [2] }).shape // [2]
 * ```
 */
export function decodeTensor(wire: WireTensor): Tensor {
  if (!isPlain(wire)) throw malformed('wire is no object of a buffer, a dtype and a shape')
  const { buffer, dtype, shape: said, ...rest } = wire
  const [further] = Object.keys(rest)
  if (further !== undefined) throw malformed(`${printableName(further, 40)} is no part of one`)
  const named = typeof dtype === 'string' ? dtype.replace(/^torch\./, '') : dtype
  if (!isType(named)) throw malformed('its dtype is not spoken')
  if (!isShape(said)) throw malformed('its shape is none')
  if (typeof buffer !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(buffer))
    throw malformed('its buffer is no base64')
  const { numpy, lengths, raw } = readArray(Buffer.from(buffer, 'base64'))
  const [wanted, kind] = kinds[named]
  if (numpy !== wanted) throw malformed('its buffer is of another dtype')
  const shapeOf = said.length === 1 && said[0] === 0 ? lengths : said
  if (countOf(shapeOf) * kind.BYTES_PER_ELEMENT !== raw.length)
    throw malformed('its buffer has not as many bytes as its shape says')
  return { dtype: named, shape: [...shapeOf], data: new kind(Uint8Array.from(raw).buffer) }
}

interface ReadArray {
  readonly numpy: string
  readonly lengths: readonly number[]
  readonly raw: Uint8Array
}

/** Reads the one form that is written, with its keys in any order. */
function readArray(bytes: Uint8Array): ReadArray {
  const reader = new Reader(bytes)
  const head = reader.byte()
  if ((head & 0xf0) !== 0x80) throw malformed('its buffer is no map')
  const seen = new Map<string, boolean | string | readonly number[] | Uint8Array>()
  for (let left = head & 0x0f; left > 0; left--) {
    const key = reader.name()
    if (seen.has(key)) throw malformed('a key of its buffer is there twice')
    seen.set(key, reader.value())
  }
  if (!reader.isDone) throw malformed('its buffer has bytes left over')
  const [nd, numpy, raw, kind, lengths] = ['nd', 'type', 'data', 'kind', 'shape'].map((key) => seen.get(key))
  if (typeof numpy !== 'string' || !(raw instanceof Uint8Array))
    throw malformed('its buffer lacks its type or its data')
  if (kind !== undefined && !(kind instanceof Uint8Array && kind.length === 0))
    throw malformed('it holds objects, which are never read')
  if (nd === false) return { numpy, lengths: [], raw }
  if (nd !== true || !isShape(lengths)) throw malformed('its buffer lacks its shape')
  return { numpy, lengths, raw }
}

/** The few kinds of msgpack that a tensor has. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw malformed('its buffer ends too soon')
    return byte
  }

  name(): string {
    const key = this.value()
    if (!(key instanceof Uint8Array)) throw malformed('a key of its buffer is no name')
    return String.fromCharCode(...key.subarray(0, 16))
  }

  value(): boolean | string | readonly number[] | Uint8Array {
    const token = this.byte()
    if (token === 0xc2) return false
    if (token === 0xc3) return true
    if (token === 0xc4) return this.#take(this.#number(1))
    if (token === 0xc5) return this.#take(this.#number(2))
    if (token === 0xc6) return this.#take(this.#number(4))
    if ((token & 0xe0) === 0xa0) return String.fromCharCode(...this.#take(token & 0x1f))
    if ((token & 0xf0) === 0x90) return Array.from({ length: token & 0x0f }, () => this.#integer())
    if (token === 0xdc) {
      const count = this.#number(2)
      if (count > MAX_AXES) throw malformed('it has too many axes')
      return Array.from({ length: count }, () => this.#integer())
    }
    throw malformed('its buffer holds what no tensor of numbers does')
  }

  #integer(): number {
    const token = this.byte()
    if (token < 0x80) return token
    if (token === 0xcc) return this.#number(1)
    if (token === 0xcd) return this.#number(2)
    if (token === 0xce) return this.#number(4)
    throw malformed('the length of an axis is none')
  }

  #number(size: number): number {
    let value = 0
    for (let left = size; left > 0; left--) value = value * 256 + this.byte()
    return value
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw malformed('its buffer ends too soon')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
}

/** What JSON makes an object. */
function isPlain(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function countOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1)
}

function bin(name: string): Uint8Array {
  return binOf(utf8ToBytes(name))
}

function binOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  if (length < 0x100) return concatBytes(Uint8Array.of(0xc4, length), bytes)
  if (length < 0x1_0000) return concatBytes(Uint8Array.of(0xc5, ...bigEndian(length, 2)), bytes)
  return concatBytes(Uint8Array.of(0xc6, ...bigEndian(length, 4)), bytes)
}

function text(short: string): Uint8Array {
  return concatBytes(Uint8Array.of(0xa0 | short.length), utf8ToBytes(short))
}

function arrayHead(length: number): Uint8Array {
  return length < 16 ? Uint8Array.of(0x90 | length) : Uint8Array.of(0xdc, ...bigEndian(length, 2))
}

function integer(value: number): Uint8Array {
  if (value < 0x80) return Uint8Array.of(value)
  if (value < 0x100) return Uint8Array.of(0xcc, value)
  if (value < 0x1_0000) return Uint8Array.of(0xcd, ...bigEndian(value, 2))
  return Uint8Array.of(0xce, ...bigEndian(value, 4))
}

function bigEndian(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** (size - 1 - at)) % 256)
}

function malformed(why: string): MalformedTensorError {
  return new MalformedTensorError({ why })
}
