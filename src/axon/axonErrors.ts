import { check, flag, oneOf, optional, shape, wholeNumber } from '../checks/index.js'
import { BaseError, describeValue } from '../errors/index.js'
import { type Status, statusTable } from '../synapse/index.js'

/** Where an axon is in its life. */
export type AxonState = 'stopped' | 'starting' | 'running' | 'stopping'

/** An axon was asked for what it cannot do in its state: started twice, or its address asked for while stopped. */
export class AxonStateError extends BaseError {
  override readonly name = 'AxonStateError'
  readonly code = 'AxonState'
  readonly state: AxonState

  constructor(details: { what: string; state: AxonState }) {
    super(`${details.what} while the axon is ${details.state}.`, {
      hints: ['Await start() once before using the axon, and stop() before starting it again.'],
      docsPath: 'errors#axon-state',
    })
    this.state = details.state
  }
}

/** Decisions that an axon leaves to its owner. */
export type HookName = 'blacklist' | 'verify' | 'priority'

const remedies: Readonly<Record<HookName | 'standing', string>> = {
  blacklist: 'Return false to let a call in, true to turn it away.',
  verify: 'Return true to let a call in, false to turn it away.',
  priority: 'Return a number, at once; higher goes first.',
  standing: 'Return a number from 0, at once; 0 is what a stranger counts for.',
}

/** What an answer is not that decides nothing. */
const wantedOf: Readonly<Record<HookName | 'standing', string>> = {
  blacklist: 'neither true nor false',
  verify: 'neither true nor false',
  priority: 'no number',
  standing: 'no number from 0',
}

/** A hook gave what decides nothing, so the call was refused, or its caller counted as a stranger. It is the cause in events, never thrown. */
export class HookResultError extends BaseError {
  override readonly name = 'HookResultError'
  readonly code = 'HookResult'
  readonly hook: HookName | 'standing'
  readonly value: unknown

  constructor(details: { hook: HookName | 'standing'; value: unknown }) {
    const wanted = wantedOf[details.hook]
    super(`The ${details.hook} hook gave ${describeValue(details.value)}, which is ${wanted}.`, {
      hints: [remedies[details.hook]],
      docsPath: 'errors#hook-result',
    })
    this.hook = details.hook
    this.value = details.value
  }
}

/** How a call ended that a handler made on behalf of its own caller. */
export interface RelayedFailure {
  readonly status: Exclude<Status, 'ok'>
  /** No handler can have begun with it: to ask again is safe. */
  readonly unhandled: boolean
  /** When it is thought worth asking again, from now; told where the status is `overloaded` and no handler has begun. */
  readonly retryAfterMs?: number | undefined
}

const anyFailure = shape<RelayedFailure>({
  status: oneOf(Object.keys(statusTable).filter((status) => status !== 'ok')),
  unhandled: flag,
  retryAfterMs: optional(wholeNumber()),
})

/**
 * A handler that answers with the help of another server throws it: its caller is told how that call ended, in place of `failed`. It is no fault of the handler's.
 *
 * @throws InvalidArgumentError for what is no status of a call that failed.
 *
 * @example
 * ```ts
 * import { type Axon, RelayedError } from 'subnetkit/axon'
 * import type { Dendrite, Target } from 'subnetkit/dendrite'
 * import type { Synapse } from 'subnetkit/synapse'
 *
 * function relay(axon: Axon, dendrite: Dendrite, synapse: Synapse<string, string>, next: Target): void {
 *   axon.handle(synapse, async (request, context) => {
 *     const result = await dendrite.call(synapse, next, request, { within: context })
 *     if (result.status !== 'ok') throw new RelayedError({ status: result.status, unhandled: result.unhandled })
 *     return result.answer
 *   })
 * }
 * ```
 */
export class RelayedError extends BaseError {
  override readonly name = 'RelayedError'
  readonly code = 'Relayed'
  readonly status: RelayedFailure['status']
  readonly unhandled: boolean
  readonly retryAfterMs: number | undefined

  constructor(failure: RelayedFailure) {
    check('failure', anyFailure, failure)
    const { status } = failure
    super(`What this answer needs of another server ended as ${status}: ${statusTable[status].meaning}`, {
      hints: ['See to the server that was asked; the caller was told the same status.'],
      docsPath: 'errors#relayed',
    })
    this.status = status
    this.unhandled = failure.unhandled
    this.retryAfterMs = failure.retryAfterMs
    relayedErrors.add(this)
  }
}

const relayedErrors = new WeakSet<object>()

/** Whether what a handler threw is one of those, whatever it threw: `instanceof` asks the thing itself, which may throw in turn. */
export function isRelayed(thrown: unknown): thrown is RelayedError {
  return typeof thrown === 'object' && thrown !== null && relayedErrors.has(thrown)
}

/** A handler or a hook goes on though its call is over, and holds a place. It is the cause in events, never thrown. */
export class OverrunError extends BaseError {
  override readonly name = 'OverrunError'
  readonly code = 'Overrun'
  readonly synapse: string
  /** For how long after the end of its call. */
  readonly overrunMs: number

  constructor(details: { part: 'handler' | 'hooks'; synapse: string; overrunMs: number }) {
    const what = details.part === 'handler' ? 'The handler' : 'A hook or the schema'
    super(
      `${what} of ${details.synapse} still runs ${details.overrunMs} ms after its call ended, and holds its place.`,
      {
        hints: ['End the work when context.signal aborts, and give whatever it waits for a time-out.'],
        docsPath: 'errors#overrun',
      },
    )
    this.synapse = details.synapse
    this.overrunMs = details.overrunMs
  }
}

/** An answer or a chunk exceeds the largest frame; the caller was told `tooLarge`. It is the cause in events, never thrown. */
export class AnswerTooLargeError extends BaseError {
  override readonly name = 'AnswerTooLargeError'
  readonly code = 'AnswerTooLarge'
  readonly synapse: string
  readonly maxFrameBytes: number

  constructor(details: { synapse: string; maxFrameBytes: number }) {
    super(`An answer of ${details.synapse} exceeds the ${details.maxFrameBytes} bytes of a frame.`, {
      hints: ['Answer with less, or with a stream, or raise limits.maxFrameBytes at both ends.'],
      docsPath: 'errors#answer-too-large',
    })
    this.synapse = details.synapse
    this.maxFrameBytes = details.maxFrameBytes
  }
}
