import { type Played, ProtocolMechanism, type Round, rankDecay, type WeightView } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import type { Defence, PricesOptions } from './mechanism.js'
import { type Move, type Range, range } from './protocol.js'
import { askSealed, groupsOf } from './sealed.js'
import { drawnMoves, series, shippedMoves } from './series.js'

/** The best is paid 1, each next one this part of the one before it. */
const DECAY = 0.8
/** Pay goes this part of the way to what the last hour was worth, and begins at nothing. */
const PACE = 1 / 20

/** What each is paid, by hotkey. */
type Pay = { readonly [hotkey: string]: number }

/** How good a range is: a range that holds all prices and that all of it was needed for has 1 in both. */
export interface RangeQuality {
  /** Part of the prices that it holds. */
  readonly inclusion: number
  /** Part of it between the least and the most that the price was. */
  readonly width: number
}

/**
 * The second mechanism of the market: where a price ends, and between what it is until then, as two numbers of a range.
 *
 * Two rankings, by how far the point is from the end and by `inclusion * width` of the range; in each the best earns 1 and each next one 0.8 of that, and
 * who says nothing earns nothing. Pay is a moving mean of both together.
 */
export class PriceRanges extends ProtocolMechanism<Pay> {
  override readonly waits = true
  override readonly datasets = [series]
  readonly #without: readonly Defence[]
  readonly #timeoutMs: number
  readonly #pace: number

  constructor({ without = [], timeoutMs = 500 }: PricesOptions = {}) {
    super()
    this.#without = without
    this.#timeoutMs = timeoutMs
    this.#pace = without.includes('window') ? 1 : PACE
  }

  initialState(): Pay {
    return {}
  }

  async play(round: Round<Pay>) {
    const isSealed = this.#has('sealed')
    return await askSealed(round, { what: 'range', synapse: range, isSealed, timeoutMs: this.#timeoutMs })
  }

  score({ startsAt, said, chance, isLate, state }: Played<PriceRanges>) {
    if (isLate) return { scores: new Map<Hotkey, number>(), state }
    const came = this.#has('later') ? drawnMoves(startsAt, chance.random) : shippedMoves(startsAt)
    const groups = groupsOf(said, this.#has('merged') ? textOf : (_, hotkey) => hotkey)
    const ranksOf = (worth: (forecast: Range) => number, above: number) =>
      rankDecay(new Map(groups.map(({ hotkeys, forecast }) => [hotkeys[0], worth(forecast)])), DECAY, {
        above,
      })
    const byPoint = ranksOf(({ point }) => -Math.abs(point - (came.at(-1) ?? 0)), -Number.MAX_VALUE)
    const byRange = ranksOf((forecast) => this.#worth(forecast, came), 0)
    const scores = new Map<Hotkey, number>()
    for (const { hotkey } of this.#has('missing') ? said : []) scores.set(hotkey, 0)
    for (const { hotkeys } of groups) {
      const pay = (byPoint.get(hotkeys[0]) ?? 0) + (byRange.get(hotkeys[0]) ?? 0)
      for (const hotkey of hotkeys) scores.set(hotkey, pay / hotkeys.length)
    }
    const moved = Array.from(scores, ([hotkey, score]) => {
      const before = state[hotkey] ?? 0
      return [hotkey, before + this.#pace * (score - before)]
    })
    return { scores, state: { ...state, ...Object.fromEntries(moved) } }
  }

  override weights({ state }: WeightView<Pay>) {
    return new Map(Object.entries(state) as [Hotkey, number][])
  }

  override forget(state: Pay, hotkey: Hotkey): Pay {
    const { [hotkey]: _, ...others } = state
    return others
  }

  #worth(said: Range, came: readonly Move[]): number {
    const { inclusion, width } = qualityOf(said, came)
    return (this.#has('calibration') ? inclusion : 1) * (this.#has('sharpness') ? width : 1)
  }

  #has(defence: Defence): boolean {
    return !this.#without.includes(defence)
  }
}

/** What a range is worth beside the prices that came. */
export function qualityOf({ low, high }: Pick<Range, 'low' | 'high'>, came: readonly Move[]): RangeQuality {
  const held = came.filter((price) => low <= price && price <= high).length
  const used = Math.min(high, Math.max(...came)) - Math.max(low, Math.min(...came))
  return { inclusion: held / came.length, width: Math.max(0, used) / (high - low) }
}

const textOf = ({ point, low, high }: Range): string => [point, low, high].join()
