import { assert } from '../../errors/index.js'
import { DeviceTooSmallError } from '../deviceErrors.js'
import type { ComputeExports } from './startModule.js'

const PAGE_BYTES = 65_536
const MEMORY_LIMIT_BYTES = 2 ** 32
/** Loads of 16 bytes stay inside what was placed, and never share a block with a neighbour. */
const ALIGNMENT = 16

/** Bytes of one row in memory: whole groups of four. */
export const strideOf = (columns: number): number => Math.ceil(columns / 4) * 16

/**
 * Where the inputs and outputs of one call lie. Every call starts afresh; memory grows to the largest call and stays.
 */
export class WasmMemory {
  #code: ComputeExports | undefined
  readonly #start: number

  constructor(code: ComputeExports) {
    this.#code = code
    this.#start = Math.ceil(code.heapStart() / ALIGNMENT) * ALIGNMENT
  }

  /** Frees what was placed before, and makes room for blocks of these sizes. @throws DeviceTooSmallError */
  place<const Sizes extends readonly number[]>(...sizesInBytes: Sizes): { [K in keyof Sizes]: number } {
    let next = this.#start
    const places = sizesInBytes.map((bytes) => {
      const at = next
      next += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
      return at
    })
    this.#reserve(next)
    return places as { [K in keyof Sizes]: number }
  }

  /** The code that works on this memory. */
  get code(): ComputeExports {
    assert(this.#code !== undefined, 'memory is used after its release')
    return this.#code
  }

  /** Lets go of the memory. */
  release(): void {
    this.#code = undefined
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.code.memory.buffer, at, length)
  }

  shorts(at: number, length: number): Uint16Array {
    return new Uint16Array(this.code.memory.buffer, at, length)
  }

  words(at: number, length: number): Uint32Array {
    return new Uint32Array(this.code.memory.buffer, at, length)
  }

  longs(at: number, length: number): BigUint64Array {
    return new BigUint64Array(this.code.memory.buffer, at, length)
  }

  /** Copies rows in, each to a whole stride. */
  putRows(at: number, data: Float32Array, rows: number, columns: number): void {
    this.floats(at, data.length).set(data)
    this.code.spreadRows(at, rows, columns)
  }

  /** A copy of rows that lie spread. */
  takeRows(at: number, rows: number, columns: number): Float32Array {
    this.code.joinRows(at, rows, columns)
    return this.floats(at, rows * columns).slice()
  }

  #reserve(end: number): void {
    const { memory } = this.code
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES)
    if (missing <= 0) return
    try {
      if (end <= MEMORY_LIMIT_BYTES) {
        memory.grow(missing)
        return
      }
    } catch {
      // The runtime gives no more: the error below says how much was wanted.
    }
    throw new DeviceTooSmallError({
      kind: 'wasm',
      what: 'bytes of memory',
      needed: end,
      limit: memory.buffer.byteLength,
    })
  }
}
