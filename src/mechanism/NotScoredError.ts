import { check, text } from '../checks/index.js'
import { BaseError } from '../errors/index.js'

/**
 * What a validator needs to judge failed, and no miner is to blame: an outage of a source, for example. Thrown out of the script of a miner it leaves that miner out of
 * the scores of the round, and out of `play` it ends the round. A mechanism may throw it too, for an outage of its own.
 *
 * @example
 * ```ts
 * import { NotScoredError } from 'subnetkit/mechanism'
 *
 * function assertLoaded(isLoaded: boolean): void {
 *   if (!isLoaded) throw new NotScoredError('the model that checks is not loaded')
 * }
 * ```
 */
export class NotScoredError extends BaseError {
  override readonly name = 'NotScoredError'
  readonly code = 'NotScored'
  /** The reason, as it was given. */
  readonly why: string

  /** @throws InvalidArgumentError for a reason that is no text. */
  constructor(why: string, options: { readonly cause?: unknown } = {}) {
    check('why', text({ min: 1 }), why)
    super(`Nobody can be scored: ${why.replace(/\.$/, '')}.`, {
      hints: ['See to what the validator needs; miners keep their standing meanwhile.'],
      docsPath: 'errors#not-scored',
      cause: options.cause,
    })
    this.why = why
  }
}
