import { SeededRandom } from 'subnetkit/math'
import { functionOf } from './problems.js'

/** Stands for the token that is asked for. */
export const HOLE = '?'

/** Functions that the model has read. */
const READ = 200
const MOST_SYMBOLS = 2_000
const MOST_DRAWS = 256

/** Words, numbers and signs, as the model counts them and agents pay for them. */
export const tokensOf = (text: string): string[] => text.match(/\w+|[=!]==|[<>]=|&&|\|\||[^\s\w]/g) ?? []

/** How often which token stood between two others, by the two before it and the one after it. */
type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>

let counts: Counts | undefined

/**
 * A small language model of functions such as customers write. It guesses what stands in the hole of a text, so many times: tokens drawn by how often they stood between such
 * neighbours, the two before the hole and the one after it. The same question has the same answer everywhere.
 *
 * @throws TypeError, which the agent that asks gets, for a prompt without one hole or of more than 2,000 symbols, and for more than 256 draws.
 */
export function infer(prompt: unknown, draws: unknown): { [token: string]: number } {
  if (typeof prompt !== 'string' || prompt.length > MOST_SYMBOLS)
    throw new TypeError(`A prompt is text of ${MOST_SYMBOLS} symbols at most.`)
  if (!Number.isInteger(draws) || Number(draws) < 1 || Number(draws) > MOST_DRAWS)
    throw new TypeError(`Draws are 1 to ${MOST_DRAWS}.`)
  const tokens = tokensOf(prompt)
  const at = tokens.indexOf(HOLE)
  if (at < 0) throw new TypeError(`A prompt has a hole, ${HOLE}.`)
  counts ??= countsOf(READ)
  const seen = contextsOf(tokens, at)
    .map((context) => counts?.get(context))
    .find((one) => one !== undefined)
  if (seen === undefined) throw new TypeError('The model has read nothing.')
  const random = new SeededRandom(`infer ${contextsOf(tokens, at)[0]}`)
  const drawn: { [token: string]: number } = {}
  for (let nth = 0; nth < Number(draws); nth++) {
    const token = pick(seen, random)
    drawn[token] = (drawn[token] ?? 0) + 1
  }
  return drawn
}

/** From the neighbours that tell most to those that tell least. */
function contextsOf(tokens: readonly string[], at: number): string[] {
  const [second = '', first = '', next = ''] = [tokens[at - 2], tokens[at - 1], tokens[at + 1]]
  return [`${second} ${first} ${HOLE} ${next}`, `${first} ${HOLE} ${next}`, `${first} ${HOLE}`, HOLE]
}

function countsOf(read: number): Counts {
  const random = new SeededRandom('what the model has read')
  const all = new Map<string, Map<string, number>>()
  for (let nth = 0; nth < read; nth++) {
    const tokens = functionOf(random).filter((token) => token !== '\n')
    for (const [at, token] of tokens.entries()) {
      for (const context of contextsOf(tokens, at)) {
        const of = all.get(context) ?? new Map<string, number>()
        all.set(context, of.set(token, (of.get(token) ?? 0) + 1))
      }
    }
  }
  return all
}

function pick(often: ReadonlyMap<string, number>, random: SeededRandom): string {
  let left = random.int([...often.values()].reduce((sum, one) => sum + one, 0))
  for (const [token, count] of often) {
    left -= count
    if (left < 0) return token
  }
  throw new RangeError('There is nothing to draw.')
}
