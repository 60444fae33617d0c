import type { Hotkey } from '../units/index.js'

/** Counts, or amounts, by caller; callers at zero are forgotten. */
export class Tally {
  total = 0
  readonly #byCaller = new Map<Hotkey, number>()

  of(caller: Hotkey): number {
    return this.#byCaller.get(caller) ?? 0
  }

  add(caller: Hotkey, amount = 1): void {
    this.total += amount
    this.#byCaller.set(caller, this.of(caller) + amount)
  }

  remove(caller: Hotkey, amount = 1): void {
    this.total -= amount
    const left = this.of(caller) - amount
    if (left > 0) this.#byCaller.set(caller, left)
    else this.#byCaller.delete(caller)
  }
}
