import type { EpochParams } from '../../consensus/index.js'
import type { EngineName } from '../engineInfo.js'

/** What the threads need to know of a batch; all large memory in it is shared, none is copied. */
export interface SharedBatch {
  readonly count: number
  readonly segments: readonly ArrayBufferLike[]
  /** f64[count x PLACE_LENGTH], one place per subnet. */
  readonly places: Float64Array
  readonly params: readonly EpochParams[]
  /** u8[count], 0 where there is no result, otherwise what computed it. */
  readonly computed: Uint8Array
  readonly engine: EngineName
  /** The compiled WebAssembly engine, so that no thread compiles it again; `null` for the plain one. */
  readonly module: object | null
}

/** What a pool computes. */
export interface BatchWork {
  /** What threads are handed. */
  readonly shared: SharedBatch
  /** Whether inputs come in while the run lasts, so that threads have to wait for them. */
  readonly isStreamed: boolean
  /** Begins a run: from here to `endRun` the memory belongs to the threads. */
  startRun(): void
  endRun(): void
  /** Lays inputs in place as far as there is room; subnets before the number that it returns are ready. */
  feed(): number
  /** Makes room for the results that found none; whether there were any. */
  makeRoom(): boolean
  /** @throws InvalidArgumentError naming what is wrong with a subnet that was refused. */
  assertRefused(index: number): void
}

export const BY_WASM = 1
export const BY_PLAIN = 2

/** Memory that threads share; memory of one's own where nothing can be shared, and no threads can be had either. */
export function sharedMemory(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes)
}
