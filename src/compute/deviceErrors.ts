import { BaseError } from '../errors/index.js'

/** No device of the wanted kind can be used here; `cause` is what the driver or package said, if anything. */
export class DeviceUnavailableError extends BaseError {
  override readonly name = 'DeviceUnavailableError'
  readonly code = 'DeviceUnavailable'
  /** The backend that was wanted. */
  readonly kind: string
  readonly why: string

  constructor(details: { kind: string; why: string; cause?: unknown }) {
    super(`The ${details.kind} backend cannot be used: ${details.why}.`, {
      hints: [
        "Pass { fallback: 'cpu' } to go on without it, or { kind: 'auto' } to take what there is.",
        "GpuYumaConsensus goes on with { fallback: 'exact' }.",
      ],
      docsPath: 'errors#device-unavailable',
      cause: details.cause,
    })
    this.kind = details.kind
    this.why = details.why
  }
}

/** The device is gone: taken away by its driver, failed in the middle of work, or disposed of. */
export class DeviceLostError extends BaseError {
  override readonly name = 'DeviceLostError'
  readonly code = 'DeviceLost'
  readonly kind: string
  /** `disposed` when the caller let it go; otherwise what the driver said. */
  readonly reason: string

  constructor(details: { kind: string; reason: string; cause?: unknown }) {
    super(`The device of the ${details.kind} backend is gone: ${details.reason}.`, {
      hints: ['Create a new backend and repeat the call; nothing was computed.'],
      docsPath: 'errors#device-lost',
      cause: details.cause,
    })
    this.kind = details.kind
    this.reason = details.reason
  }
}

/** The work does not fit on the device. */
export class DeviceTooSmallError extends BaseError {
  override readonly name = 'DeviceTooSmallError'
  readonly code = 'DeviceTooSmall'
  readonly kind: string
  /** What does not fit, such as `matrix entries` or `bytes in one buffer`. */
  readonly what: string
  readonly needed: number
  readonly limit: number

  constructor(details: { kind: string; what: string; needed: number; limit: number }) {
    const { kind, what, needed, limit } = details
    super(`The ${kind} backend can hold ${limit} ${what}, and ${needed} are needed.`, {
      hints: ['Split the work, or use the cpu backend; for consensus, the exact engine.'],
      docsPath: 'errors#device-too-small',
    })
    this.kind = kind
    this.what = what
    this.needed = needed
    this.limit = limit
  }
}
