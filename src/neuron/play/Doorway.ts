import type { CanonicalValue } from '../../codec/index.js'
import { MechanismError } from '../../mechanism/index.js'
import { type KeyedQuestion, KeyedQuestions } from './KeyedQuestions.js'
import type { Question } from './Question.js'
import type { RoundRecorder } from './RoundRecorder.js'
import type { RoundReplay } from './RoundReplay.js'

/** How what a door gives is written into a record and read from one. Where a door has none, it gives plain values. */
export interface Form<T> {
  readonly write: (given: T) => CanonicalValue
  readonly read: (written: CanonicalValue) => T | Promise<T>
}

const plain: Form<unknown> = {
  write: (given) => given as CanonicalValue,
  read: (written) => written,
}

/** What stands at the door. */
export interface DoorwayParts {
  /** Writes down what comes through. */
  readonly recorder?: RoundRecorder | undefined
  /** Answers in place of the world, what it has an answer to. */
  readonly replay?: RoundReplay | undefined
}

/**
 * Everything that a round learns from outside comes through here, as a question and what it gave: the one place at which a recorder stands, or a record that answers
 * in place of the world. What a work does besides giving its result is not done in a replay.
 */
export class Doorway {
  readonly #underWay = new Set<Question>()
  readonly #recorder: RoundRecorder | undefined
  readonly #replay: RoundReplay | undefined
  readonly #keys: KeyedQuestions | undefined
  #isOpen = true

  constructor({ recorder, replay }: DoorwayParts = {}) {
    this.#recorder = recorder
    this.#replay = replay
    // Nothing is packed or hashed for nobody.
    if (recorder !== undefined || replay !== undefined) this.#keys = new KeyedQuestions()
  }

  /** Whether what comes through is written down. */
  get isRecorded(): boolean {
    return this.#recorder !== undefined
  }

  /** Questions that have no answer yet. */
  get underWay(): readonly Question[] {
    return [...this.#underWay]
  }

  /** @throws MechanismError once the round is over. */
  assertOpen(door: string): void {
    if (this.#isOpen) return
    throw new MechanismError({
      method: 'play',
      fault: 'misuse',
      what: `used round.${door} after its round was over`,
      remedy: 'Await what you ask before play returns, and keep no round for later.',
    })
  }

  /** Runs what an author called, so that a replay can say where. */
  calledBy<T>(door: (...args: never[]) => unknown, work: () => T): T {
    return this.#replay === undefined ? work() : this.#replay.calledBy(door, work)
  }

  /** Gets an answer from outside. @throws MechanismError once the round is over, and what the work throws. */
  async pass<T>(
    question: Question,
    work: (keyed: KeyedQuestion | undefined) => Promise<T>,
    form: Form<T> = plain as Form<T>,
  ): Promise<T> {
    this.assertOpen(question.door)
    this.#underWay.add(question)
    try {
      const key = this.#keys?.next(question)
      const told = key && this.#replay?.answer(key)
      if (told !== undefined) {
        const written = await told
        try {
          return await form.read(written)
        } catch (cause) {
          throw this.#unreadable(cause)
        }
      }
      try {
        const given = await work(key)
        if (key !== undefined && this.#isOpen) this.#recorder?.gave(key, () => form.write(given))
        return given
      } catch (error) {
        if (key !== undefined && this.#isOpen) this.#recorder?.threw(key, error)
        throw error
      }
    } finally {
      this.#underWay.delete(question)
    }
  }

  /** Gets what is known at once; to the same question it is the same, and it is written down once. */
  passNow<T>(question: Question, work: () => T, form: PlainForm<T> = plain as PlainForm<T>): T {
    this.assertOpen(question.door)
    const key = this.#keys?.of(question)
    const told = key && this.#replay?.answerNow(key)
    if (told !== undefined) {
      try {
        return form.read(told.value)
      } catch (cause) {
        throw this.#unreadable(cause)
      }
    }
    const given = work()
    if (key !== undefined) this.#recorder?.gaveNow(key, () => form.write(given))
    return given
  }

  /**
   * Waits for something that may come by itself, such as the end of a time.
   *
   * @param arm - begins the wait for what calls back; gives what ends it.
   * @returns ends the wait.
   */
  mayCome(question: Question, arm: (came: () => void) => () => void, came: () => void): () => void {
    const key = this.#keys?.next(question)
    if (key !== undefined && this.#replay?.mayCome(key, came) === true) return () => {}
    return arm(() => {
      if (key !== undefined && this.#isOpen) this.#recorder?.gave(key, () => null)
      came()
    })
  }

  /** Ends the replay: what a record holds that no round gives is no fault of a mechanism, nor of a miner. */
  #unreadable(cause: unknown): unknown {
    return this.#replay?.unreadable(cause) ?? cause
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    if (this.#keys === undefined) return
    for (const question of this.#underWay) {
      // From there the round goes on.
      if (question.door !== 'wait') this.#recorder?.left(this.#keys.known(question))
    }
  }
}

/** A form of what is read at once. */
export interface PlainForm<T> {
  readonly write: (given: T) => CanonicalValue
  readonly read: (written: CanonicalValue) => T
}
