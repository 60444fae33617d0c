import { BaseError } from '../errors/index.js'

/** What a guest of the sandbox gets where it calls a function that was handed in more often, or takes more of it, than one run may. */
export class UsedUpError extends BaseError {
  override readonly name = 'UsedUpError'
  readonly code = 'UsedUp'

  constructor(what: string) {
    super(`${what}.`, {
      hints: ['Give the run more of it: units of metered, or roundLimits.hostCalls of the mechanism.'],
      docsPath: 'errors#used-up',
    })
  }
}
