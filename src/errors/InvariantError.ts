import { BaseError } from './BaseError.js'

/** A fact the library relies on does not hold: a defect here, never the caller's mistake. Do not catch it. */
export class InvariantError extends BaseError {
  override readonly name = 'InvariantError'
  readonly code = 'Invariant'

  constructor(message: string) {
    super(`Broken invariant: ${message}`, {
      hints: ['This is a defect in subnetkit: please report it with the inputs that led here.'],
      docsPath: 'errors#invariant',
    })
  }
}

/** Asserts a fact the library relies on. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}
