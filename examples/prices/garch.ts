import type { SeededRandom } from 'subnetkit/math'

/**
 * Moves whose spread remembers: the variance of the next one is `omega + alpha * move^2 + beta * variance`, so that quiet hours and wild ones come in
 * clusters. Known as GARCH(1,1).
 */
export interface Garch {
  readonly omega: number
  readonly alpha: number
  readonly beta: number
}

/** What the variance is in the long run. */
export const usualVariance = ({ omega, alpha, beta }: Garch): number => omega / (1 - alpha - beta)

/** The variance of the move after one of so much, which itself had such a variance. */
export const nextVariance = ({ omega, alpha, beta }: Garch, variance: number, move: number): number =>
  omega + alpha * move * move + beta * variance

/** The variance of each move given those before it, and of the one that comes after all of them. */
export function variancesOf(garch: Garch, moves: readonly number[]): Float64Array {
  const variances = new Float64Array(moves.length + 1)
  variances[0] = usualVariance(garch)
  for (const [at, move] of moves.entries()) {
    variances[at + 1] = nextVariance(garch, variances[at] ?? 0, move)
  }
  return variances
}

/**
 * A number of the normal distribution, by the polar method.
 *
 * @param ln - natural logarithm. That of `Math` may differ in its last bit from one engine to another; `roundedLn` of `subnetkit/math` does not, and is slower.
 */
export function normal(random: SeededRandom, ln: (x: number) => number = Math.log): number {
  for (;;) {
    const [x, y] = [2 * random.float() - 1, 2 * random.float() - 1]
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * ln(square)) / square)
  }
}

/** Of the tries of {@link fitGarch}: how far apart they are in the first round, and how many rounds follow, each with half the distance. */
const [FIRST_STEP, ROUNDS] = [0.08, 5]

/**
 * The process under which moves are most likely: its usual variance is that of the moves, and `alpha` and `beta` are looked for on a grid that gets finer
 * around the best.
 */
export function fitGarch(moves: readonly number[]): Garch {
  const variance = moves.reduce((sum, move) => sum + move * move, 0) / moves.length
  const of = (alpha: number, beta: number): Garch => ({ omega: variance * (1 - alpha - beta), alpha, beta })
  let best = of(0.1, 0.8)
  let least = unlikelihood(best, moves)
  for (let step = FIRST_STEP, round = 0; round < ROUNDS; round++, step /= 2) {
    const { alpha, beta } = best
    for (const a of [-2, -1, 0, 1, 2]) {
      for (const b of [-2, -1, 0, 1, 2]) {
        const tried = of(alpha + a * step, beta + b * step)
        if (tried.alpha < 0 || tried.beta < 0 || tried.alpha + tried.beta > 0.995) continue
        const unlikely = unlikelihood(tried, moves)
        if (unlikely < least) [best, least] = [tried, unlikely]
      }
    }
  }
  return best
}

/** Minus twice the logarithm of how likely moves are, but for what is the same of all processes. */
function unlikelihood(garch: Garch, moves: readonly number[]): number {
  let variance = usualVariance(garch)
  let sum = 0
  for (const move of moves) {
    sum += Math.log(variance) + (move * move) / variance
    variance = nextVariance(garch, variance, move)
  }
  return sum
}
