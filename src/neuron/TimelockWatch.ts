import type { BlockUpdate, SubnetView } from '../ledger/index.js'
import type { BlockNumber, Hotkey, Netuid, U16, Uid } from '../units/index.js'
import type { ValidatorEvent } from './validatorEvents.js'

/** Weights that the chain will open. */
export interface LockedWeights {
  /** Hex, 32 bytes: of what was committed. */
  readonly commitHash: string
  readonly block: BlockNumber
  /** The epoch that it belongs to. */
  readonly epochIndex: number
  readonly uids: readonly Uid[]
  readonly values: readonly U16[]
}

/** What became of weights that the chain opened. */
interface Opening {
  readonly block: BlockNumber
  /** Why they were dropped; `null` where they were stored. */
  readonly error: string | null
}

/** Time-locked commits watched at once: those of one epoch under the chain's limit, for a few epochs. */
const MOST_WATCHED = 40

/**
 * Tells what becomes of weights that a validator locked to a time, which the chain opens by itself. It knows of those alone that were committed in
 * this run: nothing depends on it.
 */
export class TimelockWatch {
  readonly #place: { readonly netuid: Netuid; readonly mechanismId: number; readonly hotkey: Hotkey }
  readonly #tell: (event: ValidatorEvent) => void
  #locked: LockedWeights[] = []

  constructor(options: {
    readonly netuid: Netuid
    readonly mechanismId: number
    readonly hotkey: Hotkey
    readonly tell: (event: ValidatorEvent) => void
  }) {
    this.#place = options
    this.#tell = options.tell
  }

  get size(): number {
    return this.#locked.length
  }

  /** Block of the last commit. */
  get lastBlock(): BlockNumber | undefined {
    return this.#locked.at(-1)?.block
  }

  add(locked: LockedWeights): void {
    this.#locked = [...this.#locked, locked].slice(-MOST_WATCHED)
  }

  /** The chain opens commits in their order. */
  onBlock(update: BlockUpdate): void {
    if (this.#locked.length === 0) return
    for (const { block, error } of this.#openingsIn(update)) {
      const opened = this.#locked.shift()
      if (opened === undefined) return
      const { commitHash, epochIndex, uids, values } = opened
      const told = { block, form: 'timelock', commitHash, epochIndex } as const
      if (error === null) this.#tell({ type: 'weightsRevealed', ...told, uids, values })
      else this.#tell({ type: 'revealMissed', ...told, reason: 'Dropped', error })
    }
  }

  /** After blocks that nobody saw, nobody knows what they opened. */
  forget(): void {
    this.#locked = []
  }

  /** Tells of those whose epoch has passed. @param head - every block up to it has been seen. */
  settle(head: BlockNumber, { epochIndex: now, lastEpochBlock, hyperparameters }: SubnetView): void {
    if (head < lastEpochBlock) return
    const isOver = ({ epochIndex }: LockedWeights): boolean =>
      now > epochIndex + hyperparameters.revealPeriodEpochs
    for (const { commitHash, epochIndex } of this.#locked.filter(isOver)) {
      const told = { block: head, form: 'timelock', commitHash, epochIndex } as const
      this.#tell({ type: 'revealMissed', ...told, reason: 'NotOpened', error: null })
    }
    this.#locked = this.#locked.filter((one) => !isOver(one))
  }

  #openingsIn({ header, events }: BlockUpdate): Opening[] {
    const { netuid, mechanismId, hotkey } = this.#place
    const openings: Opening[] = []
    for (const event of events) {
      if (event.name !== 'TimelockedWeightsRevealed' && event.name !== 'TimelockedWeightsDropped') continue
      const { data } = event
      if (event.netuid !== netuid || data.mechanism !== mechanismId || data.hotkey !== hotkey) continue
      openings.push({
        block: header.number,
        error: event.name === 'TimelockedWeightsDropped' ? event.data.error : null,
      })
    }
    return openings
  }
}
