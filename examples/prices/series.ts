import { pathToFileURL } from 'node:url'
import type { SeededRandom } from 'subnetkit/math'
import { type Dataset, loadDataset } from 'subnetkit/mechanism'
import { z } from 'zod'
import { exampleFile } from '../support/folders.js'
import { PROCESS } from './data/seriesText.js'
import { nextVariance, variancesOf } from './garch.js'
import { type Move, STEPS } from './protocol.js'

/** The history that everybody has: one move each five minutes. */
export const series: Dataset<readonly Move[]> = await loadDataset(
  pathToFileURL(exampleFile('prices/data/series.csv')),
  {
    sha256: '13fb0d08f001cbe99661bd862b272321e763901e161db1807905ecc8fbd2eec0',
    as: 'text',
    schema: z.string().transform((text) => text.trim().split('\n').slice(1).map(Number)),
  },
)
/** What the price was before the first of them. */
const START_PRICE = 60_000

const { value: moves } = series
const variances = variancesOf(PROCESS, moves)
/** What moved the series, in multiples of what was to be expected. */
const shocks = moves.map((move, at) => move / Math.sqrt(variances[at] ?? 1))

/** Moves that everybody has seen before the first question: a day of them. */
const FIRST = 288
/** From one block to the next the question is about another time: this many moves later, and from the beginning again after the end. */
const STRIDE = 997

/** How many moves are known where a window begins; what comes next is asked. */
export const knownMoves = (startsAt: number): number =>
  FIRST + ((startsAt * STRIDE) % (moves.length - FIRST - STEPS))

/** What came next in the shipped series: anybody can know it. */
export const shippedMoves = (startsAt: number): Move[] =>
  soFar(moves.slice(knownMoves(startsAt), knownMoves(startsAt) + STEPS))

/**
 * What comes next from the same hour on, otherwise than it did: the process goes on with shocks of the shipped series, each of them and its sign drawn by
 * chance.
 */
export function drawnMoves(startsAt: number, chance: SeededRandom): Move[] {
  // A stream of its own: the same however much was drawn of the other.
  const random = chance.fork('what came')
  let variance = variances[knownMoves(startsAt)] ?? 0
  const drawn: number[] = []
  while (drawn.length < STEPS) {
    const move = Math.sqrt(variance) * random.pick(shocks) * random.pick([-1, 1])
    drawn.push(Math.round(move))
    variance = nextVariance(PROCESS, variance, move)
  }
  return soFar(drawn)
}

/** How far the price is from where it began, after each move. */
export function soFar(single: readonly Move[]): Move[] {
  let sum = 0
  return single.map((move) => {
    sum += move
    return sum
  })
}

/** The price where a window begins. */
export const startPrice = (startsAt: number): number =>
  START_PRICE * Math.exp((soFar(moves.slice(0, knownMoves(startsAt))).at(-1) ?? 0) / 1e6)
