import { type Clock, sleep } from '../clock/index.js'
import { portableError } from '../errors/index.js'
import type { RoundRecord } from '../mechanism/index.js'
import { type RecordedTask, recordOf } from './recordRound.js'
import type { ValidatorEvent } from './validatorEvents.js'

/** So long a stop waits for records that are being kept. */
const GRACE_MS = 5_000

/** Hands records to whoever keeps them. Nothing that goes wrong with that harms a round. */
export class RecordGiver {
  readonly #onRound: ((record: RoundRecord) => void | Promise<void>) | undefined
  readonly #clock: Clock
  readonly #tell: (event: ValidatorEvent) => void
  readonly #underWay = new Set<Promise<void>>()

  constructor(parts: {
    readonly onRound: ((record: RoundRecord) => void | Promise<void>) | undefined
    readonly clock: Clock
    readonly tell: (event: ValidatorEvent) => void
  }) {
    this.#onRound = parts.onRound
    this.#clock = parts.clock
    this.#tell = parts.tell
  }

  /** Whether somebody keeps records. */
  get isWanted(): boolean {
    return this.#onRound !== undefined
  }

  /** Hands over the record of a task. Beside the rounds: nothing waits for it but a stop, and virtual time. */
  give(task: RecordedTask): void {
    const onRound = this.#onRound
    if (onRound === undefined) return
    const given = this.#clock
      .hold(async () => await onRound(recordOf(task)), { what: 'onRound of the validator' })
      .catch((error: unknown) => {
        const { round, header } = task
        this.#tell({ type: 'roundNotRecorded', round, block: header.number, error: portableError(error) })
      })
      .finally(() => this.#underWay.delete(given))
    this.#underWay.add(given)
  }

  /** Waits for what is being kept, for a while. */
  async close(): Promise<void> {
    if (this.#underWay.size === 0) return
    const enough = new AbortController()
    const late = sleep(this.#clock, GRACE_MS, enough.signal).catch(() => {})
    await Promise.race([Promise.all(this.#underWay), late])
    enough.abort()
  }
}
