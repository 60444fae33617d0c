import { BaseError } from '../errors/index.js'

/** Work for which virtual time stood still did not end within its limit of real time; time goes on without it. */
export class HeldTooLongError extends BaseError {
  override readonly name = 'HeldTooLongError'
  readonly code = 'HeldTooLong'
  /** What was held, as whoever began it says. */
  readonly what: string
  /** Real milliseconds. */
  readonly limitMs: number

  constructor(details: { what: string; limitMs: number }) {
    super(
      `${details.what} did not end within ${details.limitMs} ms of real time, in which virtual time stood still for it.`,
      {
        hints: [
          'Make it settle. What is to take virtual time waits on its clock: sleep(clock, ms, signal); until then no time passes, and no signal aborts. If the work needs longer, raise the limit (heldWorkLimitMs of a network).',
          'Where it waits for other work that waits for the clock (a lock, a batch, a promise that several share), wrap that wait: waitOn(clock, () => it).',
        ],
        docsPath: 'errors#held-too-long',
      },
    )
    this.what = details.what
    this.limitMs = details.limitMs
  }
}
