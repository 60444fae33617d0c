import type { Hotkey } from '../units/index.js'
import { Tally } from './Tally.js'

/** How many calls may be with the hooks at once. */
export interface AdmissionLimits {
  readonly maxAdmitting: number
  readonly maxAdmittingPerCaller: number
  /** Of all places, how many only callers with standing may have. */
  readonly keptAdmitting: number
}

/** The places of calls that hooks and schemas look at: bounded in total and per caller. */
export class AdmissionPlaces {
  readonly #limits: AdmissionLimits
  readonly #taken = new Tally()
  #takenByStrangers = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#taken.total
  }

  /** False when there is no place. */
  enter(caller: Hotkey, hasStanding: boolean): boolean {
    const { maxAdmitting, maxAdmittingPerCaller, keptAdmitting } = this.#limits
    if (this.#taken.total >= maxAdmitting || this.#taken.of(caller) >= maxAdmittingPerCaller) return false
    if (!hasStanding && this.#takenByStrangers >= maxAdmitting - keptAdmitting) return false
    this.#taken.add(caller)
    if (!hasStanding) this.#takenByStrangers++
    return true
  }

  /** `hasStanding` as it was on the way in. */
  leave(caller: Hotkey, hasStanding: boolean): void {
    this.#taken.remove(caller)
    if (!hasStanding) this.#takenByStrangers--
  }
}
