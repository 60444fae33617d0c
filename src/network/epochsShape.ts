import { optional, shape, signal, wholeNumber } from '../checks/index.js'

/** How epochs are read. */
export interface EpochsOptions {
  /** Frames after which to end. Default: with the network. */
  readonly count?: number
  /** Ends the frames quietly. */
  readonly signal?: AbortSignal
}

export const epochsShape = shape<EpochsOptions>({ count: optional(wholeNumber()), signal: optional(signal) })
