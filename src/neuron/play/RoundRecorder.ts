import { type CanonicalValue, encodeCanonical } from '../../codec/index.js'
import { MAX_ROUND_BYTES, type RoundEntry, recordedError } from '../../mechanism/index.js'
import type { KeyedQuestion } from './KeyedQuestions.js'

/** What an entry weighs besides what it gave. */
const ENTRY_BYTES = 256

/** Writes down what a round learns from outside, in the order in which it comes. */
export class RoundRecorder {
  readonly #entries: RoundEntry[] = []
  /** Answers that are always the same are written once. */
  readonly #once = new Set<string>()
  readonly #maxBytes: number
  #bytes = 0
  #fault: Error | undefined

  /** @param entries - what an earlier part of the round has written down. */
  constructor({
    entries = [],
    maxBytes = MAX_ROUND_BYTES,
  }: { entries?: readonly RoundEntry[]; maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes
    for (const entry of entries) this.#take(entry)
  }

  get entries(): readonly RoundEntry[] {
    return this.#entries
  }

  /** More came than a record may hold: there is none of this round. */
  get isTooLarge(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /** What came could not be written down: there is no record of this round. */
  get fault(): Error | undefined {
    return this.#fault
  }

  gave(keyed: KeyedQuestion, written: () => CanonicalValue): void {
    try {
      this.#add(keyed, { how: 'gave', bytes: encodeCanonical(written()) })
    } catch (error) {
      this.#fault ??= error as Error
    }
  }

  gaveNow(keyed: KeyedQuestion, written: () => CanonicalValue): void {
    if (this.#once.has(keyed.key)) return
    this.#once.add(keyed.key)
    this.gave(keyed, written)
  }

  threw(keyed: KeyedQuestion, error: unknown): void {
    this.#add(keyed, { how: 'threw', error: recordedError(error) })
  }

  left(keyed: KeyedQuestion): void {
    this.#add(keyed, { how: 'left' })
  }

  #add({ door, name, hotkey, asked, nth }: KeyedQuestion, answer: RoundEntry['answer']): void {
    this.#take({
      door,
      name,
      ...(hotkey === undefined ? {} : { hotkey }),
      ...(asked === undefined ? {} : { asked }),
      nth,
      answer,
    })
  }

  #take(entry: RoundEntry): void {
    this.#bytes += ENTRY_BYTES + (entry.answer.how === 'gave' ? entry.answer.bytes.length : 0)
    if (this.isTooLarge) this.#entries.length = 0
    else this.#entries.push(entry)
  }
}
