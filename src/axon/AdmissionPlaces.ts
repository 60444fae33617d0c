import type { Hotkey } from '../units/index.js'
import { Tally } from './Tally.js'

/** How many calls may be with the hooks at once. */
export interface AdmissionLimits {
  readonly maxAdmitting: number
  readonly maxAdmittingPerCaller: number
}

/** The places of calls that hooks and schemas look at: bounded in total and per caller. */
export class AdmissionPlaces {
  readonly #limits: AdmissionLimits
  readonly #taken = new Tally()

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#taken.total
  }

  /** False when there is no place. */
  enter(caller: Hotkey): boolean {
    const { maxAdmitting, maxAdmittingPerCaller } = this.#limits
    if (this.#taken.total >= maxAdmitting || this.#taken.of(caller) >= maxAdmittingPerCaller) return false
    this.#taken.add(caller)
    return true
  }

  leave(caller: Hotkey): void {
    this.#taken.remove(caller)
  }
}
