import { AsyncContext, drainMicrotasks, systemClock, type Timer } from '../../clock/index.js'
import { type CanonicalValue, decodeCanonical } from '../../codec/index.js'
import { describeValue } from '../../errors/index.js'
import {
  errorAgain,
  promptDoors,
  RoundDivergedError,
  type RoundEntry,
  type RoundName,
  RoundRecordError,
  wordsOfQuestion,
} from '../../mechanism/index.js'
import { type KeyedQuestion, keyOf } from './KeyedQuestions.js'
import { OutsideWaits } from './OutsideWaits.js'

/** Real milliseconds for which `play` may work without asking what the record has next. */
const STALL_MS = 10_000
/** How often it is looked whether it waits for something else meanwhile. */
const LOOK_MS = 20

/** Where an author called a door. */
const callers = new AsyncContext<{ readonly stack?: string }>()

/** An entry that was asked for and has its turn yet to come. */
interface Waiting {
  readonly give: () => void
}

/** How a record answers. */
export interface RoundReplayOptions {
  readonly round: RoundName
  readonly entries: readonly RoundEntry[]
  /** What there is no entry for: is it asked, as of a record that ends in the middle of a round, or is it wrong? Default `diverge`. */
  readonly onMissing?: 'ask' | 'diverge'
}

/** Answers a round's questions from a record, in the order in which the answers came. */
export class RoundReplay {
  readonly #round: RoundName
  readonly #onMissing: 'ask' | 'diverge'
  readonly #entries = new Map<string, RoundEntry>()
  /** What comes by itself in its order. */
  readonly #queue: string[] = []
  readonly #asked = new Set<string>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #outside = new OutsideWaits()
  #roused: (() => void) | undefined
  #isOver = false
  #given = 0
  #diverge: (error: RoundDivergedError | RoundRecordError) => void = () => {}
  /** Rejects once the replay goes another way than the record. */
  readonly #diverged = new Promise<never>((_, reject) => {
    this.#diverge = reject
  })

  constructor({ round, entries, onMissing = 'diverge' }: RoundReplayOptions) {
    this.#round = round
    this.#onMissing = onMissing
    this.#diverged.catch(() => {})
    for (const entry of entries) {
      const key = keyOf(entry)
      this.#entries.set(key, entry)
      if (comesInOrder(entry)) this.#queue.push(key)
    }
  }

  /** Whether all that comes in order has been given. */
  get isGiven(): boolean {
    return this.#given >= this.#queue.length
  }

  /** Runs what an author called, so that an error can say where. */
  calledBy<T>(door: (...args: never[]) => unknown, work: () => T): T {
    const place: { stack?: string } = {}
    // The platform's own: where it has none, no line is told.
    Error.captureStackTrace?.(place, door)
    return callers.run(place, work)
  }

  /** What the record says to a question; `undefined` where it is to be asked. */
  answer(keyed: KeyedQuestion): Promise<CanonicalValue> | undefined {
    const entry = this.#find(keyed)
    if (entry === undefined) return this.#onMissing === 'ask' ? undefined : never()
    if (!comesInOrder(entry)) return never()
    return new Promise((resolve, reject) => {
      this.#wait(keyed.key, () => {
        if (entry.answer.how === 'threw') reject(errorAgain(entry.answer.error))
        else resolve(givenBy(entry))
      })
    })
  }

  /** The same of what is known at once. @throws RoundDivergedError for what the record does not have. */
  answerNow(keyed: KeyedQuestion): { readonly value: CanonicalValue } | undefined {
    const entry = this.#find(keyed)
    if (entry !== undefined) return { value: givenBy(entry) }
    if (this.#onMissing === 'ask') return undefined
    throw this.#missing(keyed)
  }

  /** Ends the replay where an entry cannot be read; what it ends with. */
  unreadable(cause: unknown): RoundRecordError {
    const error =
      cause instanceof RoundRecordError
        ? cause
        : new RoundRecordError({ why: 'what an entry gave is malformed', cause })
    this.#diverge(error)
    return error
  }

  /** Whether the record says if something came by itself; then it calls back in its turn. */
  mayCome(keyed: KeyedQuestion, came: () => void): boolean {
    const entry = this.#entries.get(keyed.key)
    // What did not come before the record ends does not come until then.
    if (entry === undefined) return this.#onMissing === 'diverge' || !this.isGiven
    this.#asked.add(keyed.key)
    this.#wait(keyed.key, came)
    return true
  }

  /**
   * Plays a round by the record to its end.
   *
   * @throws RoundDivergedError when it goes another way; what the play throws.
   */
  async run<T>(play: () => Promise<T>): Promise<T> {
    const over = (): void => {
      this.#isOver = true
      this.#outside.end()
      this.#roused?.()
    }
    const played = this.#outside.watch(play)
    played.catch(() => {})
    const giving = this.#giveAll()
    let result: T
    try {
      result = await Promise.race([played, this.#diverged])
    } finally {
      over()
      await giving
    }
    const left = [...this.#entries].find(([key]) => !this.#asked.has(key))
    if (left === undefined) return result
    const [, entry] = left
    throw this.#error(`${wordsOfQuestion(entry)} is in the record, and play did not ask it`, entry)
  }

  /** Gives one answer after the other, each when all that the one before set off has run. */
  async #giveAll(): Promise<void> {
    while (!this.#isOver) {
      const key = this.#queue[this.#given]
      const waiting = key === undefined ? undefined : this.#waiting.get(key)
      if (key !== undefined && waiting !== undefined) {
        this.#given++
        this.#waiting.delete(key)
        waiting.give()
        await drainMicrotasks()
        continue
      }
      await drainMicrotasks()
      const isAsked = (): boolean => this.#isOver || (key !== undefined && this.#waiting.has(key))
      if (isAsked()) continue
      if (key === undefined && this.#onMissing === 'ask') return
      const why = await this.#stalled(isAsked)
      if (why === undefined) continue
      this.#diverge(key === undefined ? why : this.#because(why, key))
      return
    }
  }

  /** Waits until `play` asks, is over, or waits for what is no door of the round; then what to say of it. */
  async #stalled(isAsked: () => boolean): Promise<RoundDivergedError | undefined> {
    for (let waitedMs = 0; waitedMs < STALL_MS; waitedMs += LOOK_MS) {
      const outside = this.#outside.found
      if (outside !== undefined)
        return this.#error(`play awaits something else, ${outside.what} that was set`, undefined, outside.at)
      await this.#rousedWithin(LOOK_MS)
      await drainMicrotasks()
      if (isAsked()) return undefined
    }
    return this.#error(`play awaits something else, and asked nothing for ${STALL_MS / 1_000} s`)
  }

  async #rousedWithin(ms: number): Promise<void> {
    let timer: Timer | undefined
    await new Promise<void>((resolve) => {
      this.#roused = resolve
      timer = systemClock.setTimer(resolve, ms)
    })
    timer?.cancel()
    this.#roused = undefined
  }

  #because(why: RoundDivergedError, key: string): RoundDivergedError {
    const entry = this.#entries.get(key)
    if (entry === undefined || why.at !== undefined) return why
    return this.#error(`${wordsOfQuestion(entry)} is next in the record, and play does not ask it`, entry)
  }

  #wait(key: string, give: () => void): void {
    this.#waiting.set(key, { give })
    this.#roused?.()
  }

  #find(keyed: KeyedQuestion): RoundEntry | undefined {
    const entry = this.#entries.get(keyed.key)
    if (entry !== undefined) this.#asked.add(keyed.key)
    else if (this.#onMissing === 'diverge') this.#diverge(this.#missing(keyed))
    return entry
  }

  #missing(keyed: KeyedQuestion): RoundDivergedError {
    const { question } = keyed
    const said = question.asked === undefined ? '' : ` for ${describeValue(question.asked)}`
    const before = keyed.nth === 0 ? '' : ` once more, after ${keyed.nth} times`
    const isOther = [...this.#entries.values()].some(
      (one) => one.door === keyed.door && one.name === keyed.name && one.hotkey === keyed.hotkey,
    )
    const why =
      isOther && keyed.nth === 0 ? 'which the record has for something else' : 'which is not in the record'
    return this.#error(
      `${wordsOfQuestion(keyed)} is asked${said}${before}, ${why},`,
      keyed,
      lineOf(callers.current?.stack),
    )
  }

  #error(what: string, question?: Omit<RoundEntry, 'answer'>, at?: string): RoundDivergedError {
    const { door, name, hotkey } = question ?? {}
    const asked =
      door === undefined || name === undefined
        ? {}
        : { question: { door, name, ...(hotkey === undefined ? {} : { hotkey }) } }
    // Without a line the sentence ends here.
    const said = at === undefined ? what.replace(/,$/, '') : what
    return new RoundDivergedError({ round: this.#round, what: said, at, ...asked })
  }
}

/** What nobody waits for any more, or gets no answer to. */
const never = (): Promise<never> => new Promise(() => {})

/** What is given at once, or never, has no turn. */
function comesInOrder({ door, answer }: RoundEntry): boolean {
  return answer.how !== 'left' && !promptDoors.has(door)
}

function givenBy({ answer }: RoundEntry): CanonicalValue {
  return answer.how === 'gave' ? decodeCanonical(answer.bytes) : null
}

/** The first place of a stack, without the word before it. */
function lineOf(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim()
    .replace(/^at /, '')
}
