import type { FailureStatus } from '../dendrite/index.js'
import { BaseError } from '../errors/index.js'
import type { StreamPart } from './routedResult.js'

/** A stream ended before its end, and could not go on with another miner. What was delivered is a beginning, never the whole. */
export class StreamTruncatedError extends BaseError {
  override readonly name = 'StreamTruncatedError'
  readonly code = 'StreamTruncated'
  readonly synapse: string
  readonly status: FailureStatus
  readonly reason: string
  /** Chunks that were delivered. */
  readonly delivered: number
  /** No handler can have begun with it, at any miner: to ask again is safe. */
  readonly unhandled: boolean
  /** Who gave which of them, in order. */
  readonly parts: readonly StreamPart[]

  constructor(details: {
    synapse: string
    status: FailureStatus
    reason: string
    delivered: number
    unhandled: boolean
    parts: readonly StreamPart[]
    cause?: unknown
  }) {
    const { synapse, status, reason, delivered } = details
    super(`The stream of ${synapse} is cut off after ${delivered} chunks, as ${status}: ${reason}`, {
      hints: ['Take what came for a beginning; a synapse that defines resume goes on with another miner.'],
      docsPath: 'errors#stream-truncated',
      cause: details.cause,
    })
    this.synapse = synapse
    this.status = status
    this.reason = reason
    this.delivered = delivered
    this.unhandled = details.unhandled
    this.parts = details.parts
  }
}

/** A call was made on a router that is closed. */
export class RouterClosedError extends BaseError {
  override readonly name = 'RouterClosedError'
  readonly code = 'RouterClosed'

  constructor() {
    super('The router is closed.', {
      hints: ['Start a new Router, and close it after its last call.'],
      docsPath: 'errors#router-closed',
    })
  }
}

/** The candidates could not be read when the router was started; `cause` says why. */
export class CandidatesError extends BaseError {
  override readonly name = 'CandidatesError'
  readonly code = 'Candidates'

  constructor(details: { detail: string; cause?: unknown }) {
    super(`The candidates cannot be read: ${details.detail.replace(/\.$/, '')}.`, {
      hints: ['Pass a Metagraph, a list of targets, or a function that gives the latest Metagraph.'],
      docsPath: 'errors#candidates',
      cause: details.cause,
    })
  }
}

/** Stored bytes are no memory that a router can take over. */
export class RouterMemoryError extends BaseError {
  override readonly name = 'RouterMemoryError'
  readonly code = 'RouterMemory'
  /** What is wrong with the bytes. */
  readonly why: string

  constructor(details: { why: string; cause?: unknown }) {
    super(`The stored memory of the router cannot be used: ${details.why}.`, {
      hints: ['Give each router a store of its own, or remove this one to start without memory.'],
      docsPath: 'errors#router-memory',
      cause: details.cause,
    })
    this.why = details.why
  }
}

/** Why a router's memory cannot be kept. */
export type RouterStoreFault = 'inUse' | 'takenOver' | 'unreadable' | 'unwritable'

const SENTENCES: Readonly<Record<RouterStoreFault, string>> = {
  inUse: "Another router uses this one's store",
  takenOver: "Another router has taken over this one's store",
  unreadable: "The router's memory cannot be read",
  unwritable: "The router's memory cannot be saved",
}

/** A router's memory cannot be kept in its store; `cause` says why. */
export class RouterStoreError extends BaseError {
  override readonly name = 'RouterStoreError'
  readonly code = 'RouterStore'
  readonly fault: RouterStoreFault

  constructor(details: { fault: RouterStoreFault; detail: string; cause?: unknown }) {
    const { fault, detail } = details
    const isTaken = fault === 'inUse' || fault === 'takenOver'
    super(`${SENTENCES[fault]}: ${detail.replace(/\.$/, '')}.`, {
      hints: [
        isTaken
          ? 'Give each router a store of its own, and close the other one first when it should be the same.'
          : 'See to the folder of the store, its permissions, and the room on its disk.',
      ],
      docsPath: 'errors#router-store',
      cause: details.cause,
    })
    this.fault = fault
  }
}
