import { SeededRandom } from 'subnetkit/math'

/**
 * The draws of a seed, one for each token: numbers from 0 to 1. A token is drawn where the chances of the symbols before it, added up in their order, are not above the
 * draw, and its own chance takes them above it. So whoever has the model, the prompt and the seed has the text.
 */
export function drawsOf(seed: number): () => number {
  const random = new SeededRandom(`text ${seed}`)
  return () => random.float()
}

/** The symbol that a draw hits, by its number. */
export function tokenAt(chances: Float32Array, draw: number): number {
  let sum = 0
  for (const [symbol, chance] of chances.entries()) {
    sum += chance
    if (draw < sum) return symbol
  }
  return chances.length - 1
}

/** How far a draw is from hitting a symbol; 0 where it does. Machines that round otherwise differ by a hundred-thousandth, where a draw is at the edge. */
export function missOf(chances: Float32Array, symbol: number, draw: number): number {
  let below = 0
  for (const chance of chances.subarray(0, symbol)) below += chance
  const above = symbol === chances.length - 1 ? 1 : below + (chances[symbol] ?? 0)
  return Math.max(0, below - draw, draw - above)
}
