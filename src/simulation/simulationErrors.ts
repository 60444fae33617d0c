import { BaseError } from '../errors/index.js'
import type { Refusal } from '../ledger/index.js'

/** The chain of a simulation cannot be founded: its settings refuse a call without which there is no subnet. */
export class FoundingRefusedError extends BaseError {
  override readonly name = 'FoundingRefusedError'
  readonly code = 'FoundingRefused'
  readonly refusal: Refusal

  constructor(details: { callName: string; refusal: Refusal }) {
    const { error, detail } = details.refusal
    super(`The simulation could not be founded: ${details.callName} was refused with ${error}: ${detail}`, {
      hints: ['Leave out the settings and hyperparameters that forbid it.'],
      docsPath: 'errors#founding-refused',
    })
    this.refusal = details.refusal
  }
}

/** A simulation was asked for a run while another of its runs had not ended. */
export class SimulationBusyError extends BaseError {
  override readonly name = 'SimulationBusyError'
  readonly code = 'SimulationBusy'

  constructor() {
    super('The simulation runs already: its blocks are made one after the other.', {
      hints: ['Take all frames of the other run first, leave its loop, or call its return().'],
      docsPath: 'errors#simulation-busy',
    })
  }
}

/** Bytes that should be a file of frames are none, or another version's. */
export class FrameFileError extends BaseError {
  override readonly name = 'FrameFileError'
  readonly code = 'FrameFile'

  constructor(details: { why: string; cause?: unknown }) {
    super(`The frames cannot be read: ${details.why}.`, {
      hints: ['Read a file that subnetkit simulate wrote, with the same version of subnetkit.'],
      docsPath: 'errors#frame-file',
      cause: details.cause,
    })
  }
}
