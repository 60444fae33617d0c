import {
  badForMissing,
  type Played,
  ProtocolMechanism,
  type Round,
  softmaxOfLoss,
  type WeightView,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { lossOf } from './crps.js'
import { type Paths, paths } from './protocol.js'
import { askSealed, groupsOf } from './sealed.js'
import { drawnMoves, series, shippedMoves } from './series.js'

/** What the market defends itself with, in both of its mechanisms; each can be left out, to see who wins then. */
export const defences = {
  calibration:
    'who is surer than it may be loses: spread is credited, and the share of prices inside a range counts',
  sharpness:
    'who is vaguer than it need be loses: distance costs, and the share of a range that prices covered counts',
  sealed: 'a digest is asked for first, and what it stands for when the hour has begun',
  later: 'what comes is drawn by the seed of a block that nobody knew when forecasts were sealed',
  missing: 'silence gets the loss that nine answers in ten do not exceed, which earns nothing',
  window: 'pay goes by many hours, not by the last one',
  merged: 'equal answers share what one of them would earn',
} as const
export type Defence = keyof typeof defences

export interface PricesOptions {
  readonly without?: readonly Defence[]
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs?: number
  /** How sharply less loss is paid more, per basis point. */
  readonly beta?: number
  /** How many hours pay goes by. */
  readonly windowHours?: number
}

/** Stands on the board for whoever says nothing. */
const SILENCE = 'silence' as Hotkey

/** What an hour made of those who were asked: the loss of silence, that of each, in basis points, and the part of its pay that each keeps. */
type Hour = {
  readonly bad: number
  readonly losses: { readonly [hotkey: string]: number }
  readonly shares: { readonly [hotkey: string]: number }
}
/** The last hours, the newest one at the end. */
type Board = { readonly hours: readonly Hour[] }

/**
 * Paths of a price: miners say how it may go on, as 64 paths of an hour, and are judged by how it went on.
 *
 * A miner's loss is the CRPS of its paths, over changes of each length, in basis points above that of the best one of the hour. It is paid
 * `exp(-beta * mean loss)`, less what silence would be paid.
 */
export class PricePaths extends ProtocolMechanism<Board> {
  override readonly waits = true
  override readonly datasets = [series]
  readonly #without: readonly Defence[]
  readonly #timeoutMs: number
  readonly #beta: number
  readonly #windowHours: number

  constructor({ without = [], timeoutMs = 500, beta = 0.1, windowHours = 30 }: PricesOptions = {}) {
    super()
    this.#without = without
    this.#timeoutMs = timeoutMs
    this.#beta = beta
    this.#windowHours = without.includes('window') ? 1 : windowHours
  }

  initialState(): Board {
    return { hours: [] }
  }

  async play(round: Round<Board>) {
    const isSealed = this.#has('sealed')
    return await askSealed(round, { what: 'paths', synapse: paths, isSealed, timeoutMs: this.#timeoutMs })
  }

  score({ startsAt, said, chance, isLate, state }: Played<PricePaths>) {
    const came = this.#has('later') ? drawnMoves(startsAt, chance.random) : shippedMoves(startsAt)
    const groups = groupsOf(said, this.#has('merged') ? textOf : (_, hotkey) => hotkey)
    const counts = { distance: this.#has('sharpness'), spread: this.#has('calibration') }
    const losses = groups.flatMap(({ hotkeys, forecast }) => {
      const loss = lossOf(forecast.paths, came, counts)
      return hotkeys.map((hotkey) => [hotkey, loss] as const)
    })
    const asked = this.#has('missing') ? said.map(({ hotkey }) => hotkey) : []
    const capped = badForMissing(new Map(losses), asked)
    // Without answers, or where seals still came in when the hour had begun, there is nothing to score.
    if (isLate || capped.size === 0) return { scores: new Map<Hotkey, number>(), state }
    const [best, bad] = [Math.min(...capped.values()), Math.max(...capped.values())]
    const above = Array.from(capped, ([hotkey, loss]) => [hotkey, loss - best] as const)
    const shares = groups.flatMap(({ hotkeys }) =>
      hotkeys.map((hotkey) => [hotkey, 1 / hotkeys.length] as const),
    )
    const hour: Hour = {
      bad: bad - best,
      losses: Object.fromEntries(above),
      shares: Object.fromEntries(shares),
    }
    const scores = new Map(above.map(([hotkey, loss]) => [hotkey, 0 - loss]))
    return { scores, state: { hours: [...state.hours, hour].slice(-this.#windowHours) } }
  }

  /** A miner that was not there yet has the loss of silence for those hours, so that one lucky hour makes nobody rich. */
  override weights({ state: { hours } }: WeightView<Board>) {
    const hotkeys = new Set(hours.flatMap(({ losses }) => Object.keys(losses) as Hotkey[]))
    const losses = new Map(Array.from(hotkeys, (hotkey) => [hotkey, this.#meanLoss(hours, hotkey)]))
    const pay = softmaxOfLoss(losses.set(SILENCE, mean(hours.map(({ bad }) => bad))), this.#beta)
    const unearned = pay.get(SILENCE) ?? 0
    pay.delete(SILENCE)
    // In hours without an answer nothing was shared.
    const shareOf = (hotkey: Hotkey): number => mean(hours.map(({ shares }) => shares[hotkey] ?? 1))
    return new Map(
      Array.from(pay, ([hotkey, part]) => [hotkey, Math.max(0, part - unearned) * shareOf(hotkey)]),
    )
  }

  override forget({ hours }: Board, hotkey: Hotkey): Board {
    return {
      hours: hours.map(({ bad, losses, shares }) => ({
        bad,
        losses: without(losses, hotkey),
        shares: without(shares, hotkey),
      })),
    }
  }

  #meanLoss(hours: readonly Hour[], hotkey: Hotkey): number {
    const losses = hours.map(({ losses, bad }) => losses[hotkey] ?? (this.#has('missing') ? bad : undefined))
    return mean(losses.filter((loss) => loss !== undefined))
  }

  #has(defence: Defence): boolean {
    return !this.#without.includes(defence)
  }
}

/** Paths tell the same in any order. */
const textOf = ({ paths }: Paths): string => paths.map(String).sort().join()

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length)

const without = <Value>(record: { readonly [hotkey: string]: Value }, hotkey: Hotkey) =>
  Object.fromEntries(Object.entries(record).filter(([one]) => one !== hotkey))
