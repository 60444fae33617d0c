import { BaseError } from '../errors/index.js'

/** What the error codes of the system mean for somebody who reads the message. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device failed',
  EPIPE: 'its reader has gone',
}

/** Standard output, or a file, could not be written: what was printed did not arrive. The command exits with 1. */
export class OutputError extends BaseError {
  override readonly name = 'OutputError'
  readonly code = 'Output'
  /** The system's name of the reason, such as `ENOSPC`. */
  readonly reason: string
  /** Whoever read the output has seen enough (`| head`): nothing was lost, and the command ends quietly. */
  readonly isReaderGone: boolean

  /** @param path - of the file, as a message shows it; standard output without. */
  constructor(cause: unknown, path?: string) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    super(`${path ?? 'The output'} could not be written: ${REASONS[reason] ?? reason}.`, {
      hints: [
        path === undefined
          ? 'What was printed so far may be incomplete.'
          : 'What it held before is kept; make room, or write to another place.',
      ],
      docsPath: 'errors#output',
      cause,
    })
    this.reason = reason
    this.isReaderGone = reason === 'EPIPE' && path === undefined
  }
}
