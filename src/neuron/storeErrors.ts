import { BaseError } from '../errors/index.js'

/** Why a validator's memory cannot be kept. */
export type StoreFault = 'inUse' | 'takenOver' | 'unreadable' | 'unwritable'

const SENTENCES: Readonly<Record<StoreFault, string>> = {
  inUse: "Another validator uses this one's store",
  takenOver: "Another validator has taken over this one's store",
  unreadable: "The validator's memory cannot be read",
  unwritable: "The validator's memory cannot be saved",
}

/** A validator's memory cannot be kept in its store; `cause` says why. */
export class ValidatorStoreError extends BaseError {
  override readonly name = 'ValidatorStoreError'
  readonly code = 'ValidatorStore'
  readonly fault: StoreFault

  constructor(details: { fault: StoreFault; detail: string; cause?: unknown }) {
    const { fault, detail } = details
    const isTaken = fault === 'inUse' || fault === 'takenOver'
    super(`${SENTENCES[fault]}: ${detail.replace(/\.$/, '')}.`, {
      hints: [
        isTaken
          ? 'Give each validator a store of its own, and stop the other process first when it should be the same one.'
          : 'See to the folder of the store, its permissions, and the room on its disk.',
      ],
      docsPath: 'errors#validator-store',
      cause: details.cause,
    })
    this.fault = fault
  }
}
