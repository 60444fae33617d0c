import type { Pacer } from './Pacer.js'

/** Answers of unknown size that one client may have in the making at once. */
const MAX_AT_ONCE = 2

interface AnswerLaneOptions {
  readonly pacer: Pacer
  /** False while the client has too much to read already. */
  readonly hasRoom: () => boolean
}

/** Makes the large answers to one client in order, as fast as it reads them: one that never reads costs no more than two. */
export class AnswerLane {
  readonly #options: AnswerLaneOptions
  /** By the id of the request, in order of arrival. */
  readonly #waiting = new Map<number, () => Promise<void>>()
  #atOnce = 0

  constructor(options: AnswerLaneOptions) {
    this.#options = options
  }

  /** `answer` must not reject, and is bounded by the client's requests. */
  add(id: number, answer: () => Promise<void>): void {
    this.#waiting.set(id, answer)
    this.goOn()
  }

  /** Nobody waits for this answer any more. */
  remove(id: number): void {
    this.#waiting.delete(id)
  }

  /** There may be room again. */
  goOn(): void {
    while (this.#atOnce < MAX_AT_ONCE && this.#options.hasRoom()) {
      const [next] = this.#waiting
      if (next === undefined) return
      const [id, answer] = next
      this.#waiting.delete(id)
      this.#atOnce++
      this.#options.pacer.do(() => void this.#make(answer))
    }
  }

  clear(): void {
    this.#waiting.clear()
  }

  async #make(answer: () => Promise<void>): Promise<void> {
    await answer()
    this.#atOnce--
    this.goOn()
  }
}
