import { BaseError } from '../../errors/index.js'

/** A thread of an `EpochPool` ended on its own, for want of memory as a rule; the pool is closed and nothing of it runs. */
export class EpochWorkerError extends BaseError {
  override readonly name = 'EpochWorkerError'
  readonly code = 'EpochWorker'

  constructor(details: { cause?: unknown } = {}) {
    super('A thread that computes epochs ended on its own.', {
      hints: ['Start a new pool; if the cause is memory, with fewer workers or a higher memoryLimitMb.'],
      docsPath: 'errors#epoch-worker',
      cause: details.cause,
    })
  }
}
