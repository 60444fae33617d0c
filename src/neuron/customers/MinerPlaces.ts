import type { Hotkey } from '../../units/index.js'
import { Slots } from '../play/Slots.js'

/** Asks of customers under way at once: so many in all, and a quarter of them at one miner, so that none holds up the others. */
export class MinerPlaces {
  readonly #all: Slots
  readonly #perMiner: number
  readonly #ofMiner = new Map<Hotkey, { readonly slots: Slots; users: number }>()

  constructor(places: number) {
    this.#all = new Slots(places)
    this.#perMiner = Math.ceil(places / 4)
  }

  /**
   * Waits for a place at a miner, and gives what gives it back.
   *
   * @param signal - ends the wait: who has gone leaves the line, and what it asked with it.
   * @returns `undefined` where the signal ended it.
   */
  async take(hotkey: Hotkey, signal: AbortSignal): Promise<(() => void) | undefined> {
    const own = this.#ofMiner.get(hotkey) ?? { slots: new Slots(this.#perMiner), users: 0 }
    this.#ofMiner.set(hotkey, own)
    own.users++
    const leave = (): void => {
      if (--own.users === 0) this.#ofMiner.delete(hotkey)
    }
    if (!(await own.slots.take(1, signal))) {
      leave()
      return undefined
    }
    const hasPlace = await this.#all.take(1, signal)
    const giveBack = (): void => {
      if (hasPlace) this.#all.give()
      own.slots.give()
      leave()
    }
    if (hasPlace) return giveBack
    giveBack()
    return undefined
  }
}
