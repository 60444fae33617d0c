import { MechanismError } from '../../mechanism/index.js'
import type { Hotkey } from '../../units/index.js'

/** What `play` wants to know from outside. */
export interface Question {
  readonly door:
    | 'ask'
    | 'stream'
    | 'live'
    | 'record'
    | 'artefacts'
    | 'bytes'
    | 'runCode'
    | 'runModel'
    | 'sold'
  /** Of the synapse, the source or the record; of an artefact its kind or digest, of code the function that is called. */
  readonly name: string
  /** Who is asked, where it is a miner. */
  readonly hotkey?: Hotkey
  /** What is asked, where there is more to it than its name. */
  readonly asked?: unknown
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Everything that a round learns from outside comes through here, as a question and what it gave: the one place at which a recorder stands, or a record that answers
 * in place of the world.
 */
export class Doorway {
  readonly #underWay = new Set<Question>()
  #isOpen = true

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

  /** Gets an answer from outside. @throws MechanismError once the round is over, and what the work throws. */
  async pass<T>(question: Question, work: () => Promise<T>): Promise<T> {
    this.assertOpen(question.door)
    this.#underWay.add(question)
    try {
      return await work()
    } finally {
      this.#underWay.delete(question)
    }
  }

  /** Gets what is there already. @throws MechanismError once the round is over. */
  passNow<T>(question: Question, work: () => T): T {
    this.assertOpen(question.door)
    return work()
  }

  close(): void {
    this.#isOpen = false
  }
}
