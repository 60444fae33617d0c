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

  /** Waits for a place at a miner, and gives what gives it back. */
  async take(hotkey: Hotkey): Promise<() => void> {
    const own = this.#ofMiner.get(hotkey) ?? { slots: new Slots(this.#perMiner), users: 0 }
    this.#ofMiner.set(hotkey, own)
    own.users++
    await own.slots.take()
    await this.#all.take()
    return () => {
      this.#all.give()
      own.slots.give()
      if (--own.users === 0) this.#ofMiner.delete(hotkey)
    }
  }
}
