/** Of the time of a run, what saving it takes at most: one part in so many. */
const PART = 50
/** Between two saves of a run that is saved in no time. */
const LEAST_MS = 1_000

/** When a run is saved: as often as costs at most a fiftieth of its time, by what the last save took. */
export class SavePace {
  #dueMs = 0

  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueMs
  }

  /** A save was made. */
  saved(beganMs: number, endedMs: number): void {
    this.#dueMs = endedMs + Math.max(LEAST_MS, (PART - 1) * (endedMs - beganMs))
  }
}
