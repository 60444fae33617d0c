import type { SeededRandom } from 'subnetkit/math'
import { fitGarch, type Garch, nextVariance, normal, variancesOf } from './garch.js'
import { FARTHEST, type Move, PATHS, type Paths, type Range, STEPS } from './protocol.js'
import { qualityOf } from './ranges.js'
import { knownMoves, series, soFar } from './series.js'

const { value: moves } = series

/** A way to say how a price may go on. */
export interface Model {
  /** The variance of the first move of an hour. */
  readonly variance: (startsAt: number) => number
  /** That of each later one, by the one before and what came of it. */
  readonly next: (variance: number, move: number) => number
  /** How much each move is expected to be, in multiples of its spread. Default 0. */
  readonly drift?: number
  /** Where the price is said to end. Default: where it begins. */
  readonly point?: (startsAt: number) => Move
}

let fitted: { readonly garch: Garch; readonly variances: Float64Array } | undefined

/** What a miner can learn of the process from its history. */
function learnt() {
  if (fitted === undefined) {
    const garch = fitGarch(moves)
    fitted = { garch, variances: variancesOf(garch, moves) }
  }
  return fitted
}

/** The spread of today, and how it goes back to the usual one. */
export const clustered: Model = {
  variance: (startsAt) => learnt().variances[knownMoves(startsAt)] ?? 0,
  next: (variance, move) => nextVariance(learnt().garch, variance, move),
}

const meanSquare = moves.reduce((sum, move) => sum + move * move, 0) / moves.length

/** The usual spread at any time, so many times over. */
export const constant = (times = 1): Model => ({
  variance: () => meanSquare * times * times,
  next: (variance) => variance,
})

/** What the price did in the hour before. */
export function lastHour(startsAt: number): Move {
  const known = knownMoves(startsAt)
  return soFar(moves.slice(known - STEPS, known)).at(-1) ?? 0
}

/** Paths as a model draws them, half of them the others turned upside down: a price is as likely to fall as to rise, and luck evens out. */
export function drawPaths(
  { variance, next, drift = 0 }: Model,
  startsAt: number,
  random: SeededRandom,
): Move[][] {
  const half = Array.from({ length: PATHS / 2 }, () => {
    let spread = variance(startsAt)
    const single = Array.from({ length: STEPS }, () => {
      const move = Math.sqrt(spread) * normal(random)
      spread = next(spread, move)
      return Math.round(move)
    })
    return soFar(single)
  })
  const trend = (at: number): Move => Math.round(drift * Math.sqrt(variance(startsAt)) * (at + 1))
  return [1, -1].flatMap((side) =>
    half.map((path) => path.map((move, at) => bounded(side * move + trend(at)))),
  )
}

/** A range of which paths say that it is worth most: of those that leave out so many of the lows and of the highs. */
export function drawRange(model: Model, startsAt: number, random: SeededRandom): Omit<Range, 'salt'> {
  const paths = drawPaths(model, startsAt, random)
  const rising = (numbers: Move[]): Move[] => numbers.sort((a, b) => a - b)
  const lows = rising(paths.map((path) => Math.min(...path)))
  const highs = rising(paths.map((path) => Math.max(...path)))
  let best = { low: -1, high: 1, worth: 0 }
  for (let out = 0; out < PATHS; out += 4) {
    const [low, high] = [lows[out] ?? 0, highs[PATHS - 1 - out] ?? 0]
    if (low >= high) break
    const worth = paths.reduce((sum, path) => {
      const { inclusion, width } = qualityOf({ low, high }, path)
      return sum + inclusion * width
    }, 0)
    if (worth > best.worth) best = { low, high, worth }
  }
  return { point: bounded(model.point?.(startsAt) ?? 0), low: best.low, high: best.high }
}

const bounded = (move: Move): Move => Math.max(-FARTHEST, Math.min(FARTHEST, move))

/** What nobody can guess, for one forecast. */
export function saltOf(random: SeededRandom): Paths['salt'] {
  return Array.from({ length: 4 }, () => random.nextU32().toString(16).padStart(8, '0')).join('')
}
