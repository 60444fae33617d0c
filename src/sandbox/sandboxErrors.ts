import { BaseError } from '../errors/index.js'

/** The engine that programs run in is missing, or not the one that all validators have. */
export class SandboxEngineError extends BaseError {
  override readonly name = 'SandboxEngineError'
  readonly code = 'SandboxEngine'

  constructor(details: { why: string; cause?: unknown }) {
    super(`The engine of the sandbox ${details.why}.`, {
      hints: ['Install the package anew: npm ci.'],
      docsPath: 'errors#sandbox-engine',
      cause: details.cause,
    })
  }
}

/** An artefact was used after it was closed. */
export class ArtefactClosedError extends BaseError {
  override readonly name = 'ArtefactClosedError'
  readonly code = 'ArtefactClosed'

  constructor() {
    super('The artefact is closed.', {
      hints: ['Load it again, and close it after the last call.'],
      docsPath: 'errors#artefact-closed',
    })
  }
}
