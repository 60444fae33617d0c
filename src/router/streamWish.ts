import type { FailureStatus } from '../dendrite/index.js'
import type { StreamSynapse } from '../synapse/index.js'
import type { PassedOn } from './passedOn.js'

/** What is asked, and how long it may take. */
export interface StreamWish<Request, Chunk> {
  readonly synapse: StreamSynapse<Request, Chunk>
  readonly request: Request
  readonly timeoutMs: number
  /** When it must be over in any case, on the router's clock. */
  readonly deadlineMs: number
  /** Each ends it. */
  readonly signals: readonly AbortSignal[]
  readonly session: string | undefined
  /** What every attempt carries along. */
  readonly passed: PassedOn
}

/** How asking one miner failed. */
export interface StreamFailure {
  readonly status: FailureStatus
  readonly reason: string
  readonly unhandled: boolean
  /** When the miner thinks it worth asking again, where it said so. */
  readonly retryAfterMs?: number | undefined
  /** Set where it is not the miner's failure, and asking another is no use. */
  readonly cause?: unknown
}

/** What one wait for a miner came to. */
export type StreamStep<Chunk> = IteratorResult<Chunk, void> | StreamFailure
