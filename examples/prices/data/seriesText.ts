import { roundedLn, SeededRandom } from 'subnetkit/math'
import { type Garch, nextVariance, normal, usualVariance } from '../garch.js'

/** The process of the market: quiet and wild hours, a move of 10 basis points in five minutes being usual. Variances of hundredths of a basis point. */
export const PROCESS: Garch = { omega: 10_000, alpha: 0.2, beta: 0.79 }

/** The seed of the series. */
export const SEED = 'prices, first series'
/** Three weeks of five minutes. */
const LENGTH = 6_048

/** The shipped series as the text of its file. The same on every machine: sums, products, roots and a logarithm that is rounded once. */
export function seriesText(): string {
  const random = new SeededRandom(SEED)
  const moves: number[] = []
  let variance = usualVariance(PROCESS)
  while (moves.length < LENGTH) {
    const move = Math.round(Math.sqrt(variance) * normal(random, roundedLn))
    moves.push(move + 0)
    variance = nextVariance(PROCESS, variance, move)
  }
  return `move\n${moves.join('\n')}\n`
}
