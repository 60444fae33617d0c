import { Slots } from './Slots.js'

interface Coming {
  readonly enter: () => void
  readonly pause: () => () => void
}

/** Of all places one miner has a quarter, so that it holds up no other. */
const SHARE = 1 / 4

/**
 * The places of one miner's asks. Those that come at one moment go in at one moment, as many as the miner may have: where others hold the places, they would else be let in
 * one by one, and a miner whose friends do so would seem to do at once what it does in turn.
 */
export class AskLine {
  readonly #own: Slots
  readonly #all: Slots
  #coming: Coming[] = []

  /** @param all - the places that all miners share. */
  constructor(all: Slots) {
    this.#own = new Slots(Math.ceil(all.count * SHARE))
    this.#all = all
  }

  /**
   * Waits for a place.
   *
   * @param pause - stops the time of whoever asks while the places are taken by others; what it gives lets it go on.
   */
  async enter(pause: () => () => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#coming.push({ enter: resolve, pause })
      // Behind all that is asked in the same breath.
      if (this.#coming.length === 1) queueMicrotask(() => void this.#letIn(this.#coming.splice(0)))
    })
  }

  leave(): void {
    this.#all.give()
    this.#own.give()
  }

  async #letIn(coming: Coming[]): Promise<void> {
    while (coming.length > 0) {
      const together = coming.splice(0, this.#own.count)
      await this.#own.take(together.length)
      const goOn = together.map(({ pause }) => pause())
      await this.#all.take(together.length)
      for (const time of goOn) time()
      for (const { enter } of together) enter()
    }
  }
}
