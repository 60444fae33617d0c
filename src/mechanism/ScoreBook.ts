import { check, custom, flag, func, mapOf, shape, wholeNumber } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import type { Standing } from './types.js'
import { hotkeyText, SCORE_LIMIT, standingsMap } from './views.js'

/** How one query of a miner ended, for its standing. */
export interface Observation {
  readonly hotkey: Hotkey
  /** Whether it brought a valid answer. */
  readonly answered: boolean
  /** `undefined` when the mechanism gave none. */
  readonly score: number | undefined
}

const observationShape = shape<Observation>({
  hotkey: hotkeyText,
  answered: flag,
  // The number itself is named by its hotkey below.
  score: custom('Pass a number, or undefined when there is none.', (score) => {
    return score === undefined || typeof score === 'number'
  }),
})

const recordOptions = shape<{ block: BlockNumber; averageOver: number }>({
  block: wholeNumber(),
  averageOver: wholeNumber({ min: 1 }),
})

const pruneOptions = shape<Parameters<ScoreBook['prune']>[0]>({
  isRegistered: func,
  block: wholeNumber(),
  olderThan: wholeNumber({ min: Number.MIN_SAFE_INTEGER }),
})

/**
 * A validator's memory of miners: one standing per hotkey. A miner that was not asked keeps its standing;
 * a hotkey never seen starts fresh, whatever uid it holds, and so does one that registered anew.
 *
 * @example
 * ```ts
 * import { ScoreBook } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const hotkey: Hotkey
 * const book = new ScoreBook()
 * book.record({ hotkey, answered: true, score: 0.5 }, { block: 7, averageOver: 100 })
 * book.get(hotkey) // { mean: 0.5, count: 1, failuresInRow: 0, lastSeenBlock: 7 }
 * ```
 */
export class ScoreBook {
  readonly #standings: Map<Hotkey, Standing>
  /** Block of the registration that a hotkey was last seen with. */
  readonly #registrations: Map<Hotkey, BlockNumber>

  /** @throws InvalidArgumentError for what is no standing. */
  constructor(
    standings: Iterable<readonly [Hotkey, Standing]> = [],
    registrations: Iterable<readonly [Hotkey, BlockNumber]> = [],
  ) {
    this.#standings = mapFrom('standings', standings)
    this.#registrations = mapFrom('registrations', registrations)
    check('standings', standingsMap, this.#standings)
    check('registrations', mapOf(hotkeyText, wholeNumber()), this.#registrations)
  }

  get size(): number {
    return this.#standings.size
  }

  get(hotkey: Hotkey): Standing | undefined {
    check('hotkey', hotkeyText, hotkey)
    return this.#standings.get(hotkey)
  }

  /** In the order in which hotkeys were first seen. */
  entries(): IterableIterator<[Hotkey, Standing]> {
    return this.#standings.entries()
  }

  /** Block of the registration that each hotkey was last seen with. */
  registrations(): IterableIterator<[Hotkey, BlockNumber]> {
    return this.#registrations.entries()
  }

  /** A book with the same standings that can change on its own. */
  copy(): ScoreBook {
    const copy = new ScoreBook()
    for (const [hotkey, standing] of this.#standings) copy.#standings.set(hotkey, standing)
    for (const [hotkey, block] of this.#registrations) copy.#registrations.set(hotkey, block)
    return copy
  }

  /**
   * Takes in one query.
   *
   * @param options - for `averageOver` see `IncentiveMechanism.averageOver`.
   * @throws InvalidArgumentError for a score that is not finite or beyond 1e12.
   */
  record(observation: Observation, options: { block: BlockNumber; averageOver: number }): void {
    check('observation', observationShape, observation)
    check('options', recordOptions, options)
    const { hotkey, answered, score } = observation
    const before = this.#standings.get(hotkey)
    const failuresInRow = answered ? 0 : (before?.failuresInRow ?? 0) + 1
    const lastSeenBlock = options.block
    if (score === undefined) {
      const { mean, count } = before ?? { mean: 0, count: 0 }
      this.#standings.set(hotkey, { mean, count, failuresInRow, lastSeenBlock })
      return
    }
    checkScore(hotkey, score)
    const count = (before?.count ?? 0) + 1
    const mean = (before?.mean ?? 0) + (score - (before?.mean ?? 0)) / Math.min(count, options.averageOver)
    // Adding 0 turns -0, which has no stored form, into 0.
    this.#standings.set(hotkey, { mean: mean + 0, count, failuresInRow, lastSeenBlock })
  }

  /**
   * Takes in who is registered, and since which block. A hotkey that registered anew since it was last seen starts fresh.
   *
   * @returns the hotkeys that start fresh.
   */
  renew(registrations: ReadonlyMap<Hotkey, BlockNumber>): Hotkey[] {
    check('registrations', mapOf(hotkeyText, wholeNumber()), registrations)
    const renewed: Hotkey[] = []
    for (const [hotkey, registeredAtBlock] of registrations) {
      const before = this.#registrations.get(hotkey)
      this.#registrations.set(hotkey, registeredAtBlock)
      if (before === undefined || before === registeredAtBlock || !this.#standings.has(hotkey)) continue
      this.#standings.set(hotkey, { mean: 0, count: 0, failuresInRow: 0, lastSeenBlock: registeredAtBlock })
      renewed.push(hotkey)
    }
    for (const hotkey of this.#registrations.keys()) {
      if (!registrations.has(hotkey) && !this.#standings.has(hotkey)) this.#registrations.delete(hotkey)
    }
    return renewed
  }

  /** Whether what is known of a hotkey belongs to its registration of that block. */
  isOf(hotkey: Hotkey, registeredAtBlock: BlockNumber): boolean {
    check('hotkey', hotkeyText, hotkey)
    check('registeredAtBlock', wholeNumber(), registeredAtBlock)
    const known = this.#registrations.get(hotkey)
    return known === undefined || known === registeredAtBlock
  }

  /**
   * Marks registered hotkeys as seen and drops those last seen before `olderThan`.
   *
   * @returns the hotkeys dropped.
   */
  prune(options: { isRegistered: (hotkey: Hotkey) => boolean; block: BlockNumber; olderThan: BlockNumber }) {
    check('options', pruneOptions, options)
    const dropped: Hotkey[] = []
    for (const [hotkey, standing] of this.#standings) {
      if (options.isRegistered(hotkey))
        this.#standings.set(hotkey, { ...standing, lastSeenBlock: options.block })
      else if (standing.lastSeenBlock < options.olderThan) {
        this.#standings.delete(hotkey)
        this.#registrations.delete(hotkey)
        dropped.push(hotkey)
      }
    }
    return dropped
  }
}

function checkScore(hotkey: Hotkey, score: number): void {
  if (Number.isFinite(score) && Math.abs(score) <= SCORE_LIMIT) return
  throw new InvalidArgumentError({
    field: `scores[${hotkey}]`,
    value: score,
    remedy: `Return finite scores between -${SCORE_LIMIT} and ${SCORE_LIMIT}.`,
  })
}

function mapFrom<Value>(field: string, entries: Iterable<readonly [Hotkey, Value]>): Map<Hotkey, Value> {
  try {
    // A Map can be made from null, too.
    return new Map([...entries])
  } catch (cause) {
    const remedy = 'Pass pairs of a hotkey and what is kept of it.'
    throw new InvalidArgumentError({ field, value: entries, remedy, cause })
  }
}
