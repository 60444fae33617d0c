import { assert } from '../../errors/index.js'
import type { TensorForm } from './boundOf.js'
import type { ElementType } from './tensors.js'

/** Arrays of the element types of inputs and outputs. */
export const ELEMENT_ARRAYS = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const satisfies Record<ElementType, unknown>

/** The elements of a tensor in row-major order, in the array of its type. */
export type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array

/** What the process is told. */
export type OnnxOrder =
  | { readonly kind: 'load' }
  | { readonly kind: 'run'; readonly inputs: readonly NamedForm[]; readonly outputs: readonly string[] }

/** What it answers. */
export type OnnxAnswer =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ran'; readonly outputs: readonly NamedForm[] }
  | { readonly kind: 'failed'; readonly message: string }

/** A tensor whose elements follow in the body, one after the other. */
export interface NamedForm extends TensorForm {
  readonly name: string
}

const HEAD_BYTES = 8

/** Longest header: names and dimensions. */
export const MOST_HEADER_BYTES = 2 ** 20

/** A frame: the lengths of header and body, the header as JSON, the body as it is. No object is ever made of bytes of the other side but by JSON. */
export function frameOf(header: OnnxOrder | OnnxAnswer, body: readonly Uint8Array[]): Uint8Array[] {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const head = new DataView(new ArrayBuffer(HEAD_BYTES))
  head.setUint32(0, text.length)
  head.setUint32(
    4,
    body.reduce((sum, part) => sum + part.length, 0),
  )
  return [new Uint8Array(head.buffer), text, ...body]
}

/** Bytes of an array as they are. */
export function bytesIn(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Gathers the frames of a stream. */
export class FrameReader {
  readonly #mostBodyBytes: number
  readonly #onFrame: (header: unknown, body: Uint8Array) => void
  #chunks: Uint8Array[] = []
  #length = 0

  /** @param mostBodyBytes - more ends the reading with an error. */
  constructor(mostBodyBytes: number, onFrame: (header: unknown, body: Uint8Array) => void) {
    this.#mostBodyBytes = mostBodyBytes
    this.#onFrame = onFrame
  }

  /** @throws InvariantError for a frame larger than allowed; SyntaxError for a header that is no JSON. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#length >= HEAD_BYTES) {
      const head = this.#joined(HEAD_BYTES)
      const view = new DataView(head.buffer, head.byteOffset)
      const [header, body] = [view.getUint32(0), view.getUint32(4)]
      assert(header <= MOST_HEADER_BYTES && body <= this.#mostBodyBytes, 'A frame is too large.')
      const all = HEAD_BYTES + header + body
      if (this.#length < all) return
      const bytes = this.#joined(all)
      this.#chunks = [bytes.subarray(all)]
      this.#length -= all
      const text = new TextDecoder().decode(bytes.subarray(HEAD_BYTES, HEAD_BYTES + header))
      this.#onFrame(JSON.parse(text), bytes.slice(HEAD_BYTES + header, all))
    }
  }

  /** The first chunk, with at least so many bytes in it. */
  #joined(count: number): Uint8Array {
    const [first] = this.#chunks
    if (first !== undefined && first.length >= count) return first
    const all = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    this.#chunks = [all]
    return all
  }
}
