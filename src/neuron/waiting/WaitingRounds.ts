import type { Clock } from '../../clock/index.js'
import { portableError } from '../../errors/index.js'
import { MechanismError, type RoundPlace } from '../../mechanism/index.js'
import type { BlockNumber } from '../../units/index.js'
import { attended } from '../attended.js'
import { ValidatorStoreError } from '../storeErrors.js'
import type { ValidatorEvent } from '../validatorEvents.js'
import type { RoundStore } from './RoundStore.js'
import { decodeWaiting, dueAt, encodeWaiting, type WaitingRound } from './waitingRound.js'

/** So many rounds of a validator wait at once, and their records have so many bytes. */
const LIMITS = { rounds: 512, bytes: 1024 * 1024 * 1024 }

/** What is known of a round that waits without reading it. */
interface Waiting {
  readonly name: string
  readonly block: BlockNumber
  readonly round: number
  /** The block at which it goes on. */
  readonly untilBlock: BlockNumber
  readonly bytes: number
}

/** What the waiting rounds of a validator are kept with. */
export interface WaitingRoundsParts {
  readonly store: RoundStore
  readonly place: RoundPlace
  readonly stateVersion: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (event: ValidatorEvent) => void
  readonly limits?: typeof LIMITS
}

/** The rounds of a validator that wait for a block. Their records lie in the store; here is what says when each goes on. */
export class WaitingRounds {
  readonly #parts: WaitingRoundsParts
  readonly #waiting = new Map<string, Waiting>()

  constructor(parts: WaitingRoundsParts) {
    this.#parts = parts
  }

  /**
   * Takes over what an earlier run left waiting; what cannot go on is told of and dropped.
   *
   * @param booked - names of rounds that were booked and may still lie in the store.
   * @throws ValidatorStoreError when the store cannot be read.
   */
  async open(booked: ReadonlySet<string>): Promise<void> {
    const { store } = this.#parts
    for (const name of [...(await this.#held('unreadable', () => store.list()))].sort()) {
      if (booked.has(name)) {
        await this.drop(name)
        continue
      }
      const bytes = await this.#held('unreadable', () => store.get(name))
      if (bytes !== null) await this.#takeOver(name, bytes)
    }
  }

  /** Whether the round that a block seeded waits. */
  has(block: BlockNumber): boolean {
    return this.#waiting.has(nameOf(block))
  }

  /** How many wait, and how many bytes they have. */
  get size(): { readonly rounds: number; readonly bytes: number } {
    let bytes = 0
    for (const one of this.#waiting.values()) bytes += one.bytes
    return { rounds: this.#waiting.size, bytes }
  }

  get #limits(): typeof LIMITS {
    return this.#parts.limits ?? LIMITS
  }

  /** Whether no further round may begin that could wait. */
  get isFull(): boolean {
    const { rounds, bytes } = this.size
    return rounds >= this.#limits.rounds || bytes >= this.#limits.bytes
  }

  /** Those that a block lets go on, that of the earliest block first. */
  due(block: BlockNumber): readonly Waiting[] {
    return [...this.#waiting.values()]
      .filter(({ untilBlock }) => untilBlock <= block)
      .sort((a, b) => a.block - b.block)
  }

  /**
   * Keeps a round until its block is there.
   *
   * @throws MechanismError where there is no room for it, ValidatorStoreError when it cannot be stored.
   */
  async keep(round: WaitingRound): Promise<void> {
    const { block } = round.began
    const bytes = encodeWaiting(round)
    const name = nameOf(block)
    const others = this.size.bytes - (this.#waiting.get(name)?.bytes ?? 0)
    const { bytes: most } = this.#limits
    if (others + bytes.length > most)
      throw new MechanismError({
        method: 'play',
        fault: 'beyond limit',
        what: `waits with a record of ${bytes.length} bytes, and rounds that wait have ${most} together`,
        remedy: 'Wait for fewer blocks, or keep less of what miners answer with keep.',
      })
    await this.#held('unwritable', () => this.#parts.store.put(name, bytes))
    const untilBlock = dueAt(round)
    this.#waiting.set(name, { name, block, round: round.began.round, untilBlock, bytes: bytes.length })
    this.#parts.tell({ type: 'roundWaits', round: round.began.round, block, untilBlock })
  }

  /**
   * Goes on with those that a block lets go on, one after the other, until the signal aborts; one that fails is told of and dropped.
   *
   * @returns how many there were.
   */
  async goOn(
    head: BlockNumber,
    work: (name: string, round: WaitingRound) => Promise<void>,
    failed: (waiting: Waiting, error: unknown) => void,
  ): Promise<number> {
    const { signal } = this.#parts
    const due = this.due(head)
    for (const one of due) {
      if (signal.aborted) break
      try {
        await work(one.name, await this.read(one.name))
      } catch (error) {
        // It stays in the store, for the next run.
        if (signal.aborted) break
        failed(one, error)
        await this.drop(one.name)
      }
    }
    return due.length
  }

  /** Lets go of a round that was booked, once that is saved: until then the memory names it, so that it is booked once. */
  async booked(
    name: string,
    memory: { dropped(name: string): void },
    save: () => Promise<boolean>,
  ): Promise<void> {
    this.leave(name)
    if ((await save()) && (await this.drop(name))) memory.dropped(name)
  }

  /** @throws ValidatorStoreError when it cannot be read, RoundRecordError for bytes that are no round. */
  async read(name: string): Promise<WaitingRound> {
    const bytes = await this.#held('unreadable', () => this.#parts.store.get(name))
    if (bytes !== null) return decodeWaiting(bytes)
    throw new ValidatorStoreError({ fault: 'unreadable', detail: `the store has no round ${name} any more` })
  }

  /** Waits for a round no more; it stays in the store. */
  leave(name: string): void {
    this.#waiting.delete(name)
  }

  /** Drops a round, also from the store. Where that fails, the next run drops it. */
  async drop(name: string): Promise<boolean> {
    this.leave(name)
    try {
      await this.#held('unwritable', () => this.#parts.store.delete(name))
      return true
    } catch (error) {
      this.#parts.tell({ type: 'waitingNotDropped', name, error: portableError(error) })
      return false
    }
  }

  async #takeOver(name: string, bytes: Uint8Array): Promise<void> {
    const { place, stateVersion } = this.#parts
    const discard = async (why: string): Promise<void> => {
      this.#parts.tell({ type: 'waitingDiscarded', name, why })
      await this.drop(name)
    }
    let round: WaitingRound
    try {
      round = decodeWaiting(bytes)
    } catch (error) {
      return await discard(portableError(error).message)
    }
    const { began } = round
    const { genesisHash, netuid, mechanismId, hotkey } = began.place
    if (genesisHash !== place.genesisHash) return await discard('it is of another chain')
    if (netuid !== place.netuid || mechanismId !== place.mechanismId || hotkey !== place.hotkey)
      throw new ValidatorStoreError({ fault: 'inUse', detail: `round ${name} in it is of another one` })
    if (name !== nameOf(began.block)) return await discard(`it is the round of block ${began.block}`)
    const stored = began.rules.stateVersion
    if (stored !== stateVersion)
      return await discard(`it is of stateVersion ${stored}, and the mechanism of ${stateVersion}`)
    const { block, round: number } = began
    this.#waiting.set(name, { name, block, round: number, untilBlock: dueAt(round), bytes: bytes.length })
  }

  /** The disk's work is none that a clock can see. */
  async #held<T>(fault: 'unreadable' | 'unwritable', work: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#parts
    try {
      return await attended(
        clock.hold(async () => await work()),
        { clock, signal },
      )
    } catch (cause) {
      throw new ValidatorStoreError({ fault, detail: portableError(cause).message, cause })
    }
  }
}

function nameOf(block: BlockNumber): string {
  return String(block).padStart(12, '0')
}
