import type { BlockUpdate, LedgerEvent, SubnetView } from '../ledger/index.js'
import type { BlockNumber, Hotkey, Netuid } from '../units/index.js'
import type { LockedWeights, TimelockCommits } from './TimelockCommits.js'
import type { ValidatorEvent } from './validatorEvents.js'

/** What became of weights that the chain opened. */
type Opening = Extract<LedgerEvent, { name: 'TimelockedWeightsRevealed' | 'TimelockedWeightsDropped' }>

/**
 * Tells what becomes of weights that a validator locked to a time, which the chain opens by itself. It knows of those alone that this run, or an
 * earlier one on the same store, committed, and of what happened in blocks that it saw: openings of other programs of the hotkey are passed over.
 */
export class TimelockWatch {
  readonly #place: { readonly netuid: Netuid; readonly mechanismId: number; readonly hotkey: Hotkey }
  readonly #locks: TimelockCommits
  readonly #changed: (block: BlockNumber) => void
  readonly #tell: (event: ValidatorEvent) => void
  /** The newest block that was seen. */
  #seen = -1

  /** @param options.changed - is told the block with which some are waited for no more. */
  constructor(options: {
    readonly netuid: Netuid
    readonly mechanismId: number
    readonly hotkey: Hotkey
    readonly locks: TimelockCommits
    readonly changed: (block: BlockNumber) => void
    readonly tell: (event: ValidatorEvent) => void
  }) {
    this.#place = options
    this.#locks = options.locks
    this.#changed = options.changed
    this.#tell = options.tell
  }

  get size(): number {
    return this.#locks.size
  }

  /** Block of the last commit. */
  get lastBlock(): BlockNumber | undefined {
    return this.#locks.lastBlock
  }

  add(locked: LockedWeights): void {
    // An answer may come later than the blocks after its own.
    this.#locks.add(locked, { isFollowed: this.#seen <= locked.block })
  }

  onBlock(update: BlockUpdate): void {
    const { number: block } = update.header
    this.#seen = block
    if (this.#locks.size === 0) return
    const before = this.#locks.size
    for (const { name, data } of this.#openingsIn(update)) {
      const opened = this.#locks.take(data.commitHash, data.epochIndex)
      if (opened === undefined) continue
      const { commitHash, epochIndex, uids, values } = opened
      const told = { block, form: 'timelock', commitHash, epochIndex } as const
      if (name === 'TimelockedWeightsRevealed') this.#tell({ type: 'weightsRevealed', ...told, uids, values })
      else this.#tell({ type: 'revealMissed', ...told, reason: 'Dropped', error: data.error })
    }
    if (this.#locks.size < before) this.#changed(block)
  }

  /** After blocks that nobody saw, nobody knows what they opened. What opens from now on is told all the same. */
  missedBlocks(): void {
    this.#locks.unfollow()
  }

  /** Forgets those whose epoch has passed, and tells of them if it saw every block since. @param head - the newest block that has been seen. */
  settle(head: BlockNumber, { epochIndex: now, lastEpochBlock, hyperparameters }: SubnetView): void {
    if (head < lastEpochBlock) return
    const before = this.#locks.size
    for (const { commitHash, epochIndex } of this.#locks.takeBefore(
      now - hyperparameters.revealPeriodEpochs,
    )) {
      const told = { block: head, form: 'timelock', commitHash, epochIndex } as const
      this.#tell({ type: 'revealMissed', ...told, reason: 'NotOpened', error: null })
    }
    if (this.#locks.size < before) this.#changed(head)
  }

  #openingsIn({ events }: BlockUpdate): Opening[] {
    const { netuid, mechanismId, hotkey } = this.#place
    return events.filter(
      (event): event is Opening =>
        (event.name === 'TimelockedWeightsRevealed' || event.name === 'TimelockedWeightsDropped') &&
        event.netuid === netuid &&
        event.data.mechanism === mechanismId &&
        event.data.hotkey === hotkey,
    )
  }
}
