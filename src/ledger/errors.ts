import { BaseError } from '../errors/index.js'

/** A block is being made or stored, or waits for `commit`: until then the ledger answers no questions. */
export class BlockPendingError extends BaseError {
  override readonly name = 'BlockPendingError'
  readonly code = 'BlockPending'
  readonly door: string

  constructor(details: { door: string }) {
    super(
      `The ledger's ${details.door} was used between finalizeBlock and commit, or while a block was made or stored.`,
      {
        hints: ['Call commit first; in a policy, an epoch function or a store, use what it is given.'],
        docsPath: 'errors#block-pending',
      },
    )
    this.door = details.door
  }
}

/** `commit` was called without a finalized block. */
export class NoBlockPendingError extends BaseError {
  override readonly name = 'NoBlockPendingError'
  readonly code = 'NoBlockPending'

  constructor() {
    super('There is no finalized block to commit.', {
      hints: ['Call finalizeBlock first, and commit once per block.'],
      docsPath: 'errors#no-block-pending',
    })
  }
}

/** A snapshot, or what a store holds, cannot be taken up: it is damaged, or of another version. */
export class SnapshotError extends BaseError {
  override readonly name = 'SnapshotError'
  readonly code = 'Snapshot'

  constructor(details: { why: string; cause?: unknown }) {
    super(`The chain cannot be taken up: ${details.why}.`, {
      hints: [
        'Restore bytes that snapshot returned, or resume from a store that a ledger wrote, with the same version of subnetkit.',
      ],
      docsPath: 'errors#snapshot',
      cause: details.cause,
    })
  }
}
