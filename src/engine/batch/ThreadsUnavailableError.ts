import { BaseError } from '../../errors/index.js'

/** A pool with threads was asked for where there are none: threads need Node. */
export class ThreadsUnavailableError extends BaseError {
  override readonly name = 'ThreadsUnavailableError'
  readonly code = 'ThreadsUnavailable'
  /** How many threads were asked for. */
  readonly workers: number

  constructor(details: { workers: number }) {
    super(`${details.workers} threads were asked for, and this runtime has no worker threads.`, {
      hints: ['Pass `workers: 0`, or nothing, to compute the same results in the calling thread.'],
      docsPath: 'errors#threads-unavailable',
    })
    this.workers = details.workers
  }
}
