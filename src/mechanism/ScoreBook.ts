import { InvalidArgumentError } from '../errors/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import type { Standing } from './types.js'

/** Larger scores cannot be stored exactly beside fractions, and no honest scale needs them. */
const SCORE_LIMIT = 1e12

/** How one query of a miner ended, for its standing. */
export interface Observation {
  readonly hotkey: Hotkey
  /** Whether it brought a valid answer. */
  readonly answered: boolean
  /** `undefined` when the mechanism gave none. */
  readonly score: number | undefined
}

/**
 * A validator's memory of miners: one standing per hotkey. A miner that was not asked keeps its standing;
 * a hotkey never seen starts fresh, whatever uid it holds.
 */
export class ScoreBook {
  readonly #standings: Map<Hotkey, Standing>

  constructor(standings: Iterable<readonly [Hotkey, Standing]> = []) {
    this.#standings = new Map(standings)
  }

  get size(): number {
    return this.#standings.size
  }

  get(hotkey: Hotkey): Standing | undefined {
    return this.#standings.get(hotkey)
  }

  /** In the order in which hotkeys were first seen. */
  entries(): IterableIterator<[Hotkey, Standing]> {
    return this.#standings.entries()
  }

  /** A book with the same standings that can change on its own. */
  copy(): ScoreBook {
    return new ScoreBook(this.#standings)
  }

  /**
   * Takes in one query.
   *
   * @param options - for `averageOver` see `IncentiveMechanism.averageOver`.
   * @throws InvalidArgumentError for a score that is not finite or beyond 1e12.
   */
  record(observation: Observation, options: { block: BlockNumber; averageOver: number }): void {
    const { hotkey, answered, score } = observation
    const before = this.#standings.get(hotkey)
    const failuresInRow = answered ? 0 : (before?.failuresInRow ?? 0) + 1
    const lastSeenBlock = options.block
    if (score === undefined) {
      const { mean, count } = before ?? { mean: 0, count: 0 }
      this.#standings.set(hotkey, { mean, count, failuresInRow, lastSeenBlock })
      return
    }
    if (!Number.isFinite(score) || Math.abs(score) > SCORE_LIMIT) {
      throw new InvalidArgumentError({
        field: `scores[${hotkey}]`,
        value: score,
        remedy: `Return finite scores between -${SCORE_LIMIT} and ${SCORE_LIMIT}.`,
      })
    }
    const count = (before?.count ?? 0) + 1
    const mean = (before?.mean ?? 0) + (score - (before?.mean ?? 0)) / Math.min(count, options.averageOver)
    // Adding 0 turns -0, which has no stored form, into 0.
    this.#standings.set(hotkey, { mean: mean + 0, count, failuresInRow, lastSeenBlock })
  }

  /**
   * Marks registered hotkeys as seen and drops those last seen before `olderThan`.
   *
   * @returns the hotkeys dropped.
   */
  prune(options: { isRegistered: (hotkey: Hotkey) => boolean; block: BlockNumber; olderThan: BlockNumber }) {
    const dropped: Hotkey[] = []
    for (const [hotkey, standing] of this.#standings) {
      if (options.isRegistered(hotkey))
        this.#standings.set(hotkey, { ...standing, lastSeenBlock: options.block })
      else if (standing.lastSeenBlock < options.olderThan) {
        this.#standings.delete(hotkey)
        dropped.push(hotkey)
      }
    }
    return dropped
  }
}
