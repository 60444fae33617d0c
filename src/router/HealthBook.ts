import type { Hotkey } from '../units/index.js'
import { type HealthFigures, MinerHealth } from './MinerHealth.js'

/** What is known of miners, those that are no candidates any more included, as many as there is room for. */
export class HealthBook {
  readonly #most: number
  /** Those that were taken up or kept last come last. */
  readonly #byHotkey = new Map<Hotkey, MinerHealth>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#byHotkey.size
  }

  /** Those that were asked at least once, the latest first. */
  get known(): readonly (readonly [Hotkey, MinerHealth])[] {
    return [...this.#byHotkey]
      .filter(([, { lastUsedMs }]) => lastUsedMs > 0)
      .sort(([, a], [, b]) => b.lastUsedMs - a.lastUsedMs)
  }

  of(hotkey: Hotkey): MinerHealth {
    const health = this.#byHotkey.get(hotkey) ?? new MinerHealth()
    this.#byHotkey.set(hotkey, health)
    return health
  }

  /** Takes over what a memory has kept, the latest first. */
  resume(rows: readonly (readonly [Hotkey, HealthFigures])[]): void {
    for (const [hotkey, figures] of rows.slice(0, this.#most)) {
      this.#byHotkey.set(hotkey, new MinerHealth(figures))
    }
  }

  /** Forgets whom there is no room for: those that are no candidates and were not asked for longest. */
  keep(candidates: ReadonlySet<Hotkey>): void {
    const tooMany = this.#byHotkey.size - this.#most
    if (tooMany <= 0) return
    const others = [...this.#byHotkey].filter(([hotkey]) => !candidates.has(hotkey))
    others.sort(([, a], [, b]) => a.lastUsedMs - b.lastUsedMs)
    for (const [hotkey] of others.slice(0, tooMany)) this.#byHotkey.delete(hotkey)
  }
}
