import { BaseError } from '../../errors/index.js'

/** The WebAssembly engine was asked for by name and cannot be used here. */
export class EngineUnavailableError extends BaseError {
  override readonly name = 'EngineUnavailableError'
  readonly code = 'EngineUnavailable'
  readonly reason: string

  constructor(details: { reason: string; cause?: unknown }) {
    super(`The WebAssembly engine cannot be used: ${details.reason}.`, {
      hints: [
        "Leave `engine` out (or pass 'plain') to compute the same results in plain JavaScript.",
        'In a clone of the project, node scripts/buildWasm.mjs builds it.',
      ],
      docsPath: 'errors#engine-unavailable',
      cause: details.cause,
    })
    this.reason = details.reason
  }
}
