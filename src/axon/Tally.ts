import type { Hotkey } from '../units/index.js'

/** Counts by caller; callers at zero are forgotten. */
export class Tally {
  total = 0
  readonly #byCaller = new Map<Hotkey, number>()

  of(caller: Hotkey): number {
    return this.#byCaller.get(caller) ?? 0
  }

  add(caller: Hotkey): void {
    this.total++
    this.#byCaller.set(caller, this.of(caller) + 1)
  }

  remove(caller: Hotkey): void {
    this.total--
    const left = this.of(caller) - 1
    if (left > 0) this.#byCaller.set(caller, left)
    else this.#byCaller.delete(caller)
  }
}
