import type { SeededRandom } from 'subnetkit/math'
import type { PlainValue } from 'subnetkit/sandbox'

/** What a policy says to one question. */
export type Answer = number | string

/** A question, and who says whether an answer to it is right. Policies are shown the question alone. */
export interface Problem {
  readonly question: PlainValue
  /** One right answer; there may be others. */
  readonly answer: Answer
  readonly isRight: (answer: Answer) => boolean
}

/** A source of problems without end: the same chance, the same problem, on any machine. */
export interface Environment {
  readonly name: string
  readonly problem: (random: SeededRandom) => Problem
}

/** All that a policy has to be good at. */
export const environments: readonly Environment[] = [
  { name: 'parity', problem: parityProblem },
  { name: 'walk', problem: walkProblem },
  { name: 'powers', problem: powersProblem },
]

/**
 * As many problems of an environment. Each environment draws on its own, so that one can be added without changing the others, and so does each problem: the numbers of
 * one stream tell the generator that made them, and with it what the questions leave open.
 */
export function problemsOf(environment: Environment, random: SeededRandom, count: number): Problem[] {
  const own = random.fork(environment.name)
  return Array.from({ length: count }, (_, nth) => environment.problem(own.fork(`${nth}`)))
}

/** What part of the problems is answered right; an answer that is not there is wrong. */
export function rateOf(problems: readonly Problem[], answers: readonly Answer[]): number {
  const right = problems.filter(({ isRight }, nth) => isRight(answers[nth] ?? ''))
  return right.length / problems.length
}

const BITS = 8

/**
 * Parity induction. Some of eight bits are secretly chosen; each example shows eight bits and, as a ninth below them, whether an odd number of the chosen ones is set.
 * What would it be for three more? One time in ten there are four examples, which do not decide it: then the best policy guesses as well.
 *
 * `{ examples: numbers of nine bits, asked: numbers of eight }`; the answer is a number of three bits, the first one asked in the highest.
 */
function parityProblem(random: SeededRandom): Problem {
  const chosen = random.int(2 ** BITS)
  const count = random.int(10) === 0 ? 4 : 16
  const isOdd = (bits: number): number => parityOf(bits & chosen)
  const examples = draw(random, count).map((bits) => bits * 2 + isOdd(bits))
  const asked = draw(random, 3)
  const answer = asked.reduce((number, bits) => number * 2 + isOdd(bits), 0)
  return { question: { examples, asked }, answer, isRight: (said) => said === answer }
}

const draw = (random: SeededRandom, count: number): number[] =>
  Array.from({ length: count }, () => random.int(2 ** BITS))

const SIDE = 4
const LEAST_WALK = 4
const WAYS = { N: -SIDE, E: 1, S: SIDE, W: -1 } as const

/**
 * Grid walk. Four rows of four places, some of them walls (`#`): what is a shortest walk from `A` to `B`, as a text of N, E, S and W?
 *
 * `{ rows: text[] }`
 */
function walkProblem(random: SeededRandom): Problem {
  for (;;) {
    const places = Array.from({ length: SIDE * SIDE }, (): string => (random.int(3) === 0 ? '#' : '.'))
    const [from, to] = [random.int(places.length), random.int(places.length)]
    places[from] = 'A'
    places[to] = 'B'
    const answer = shortestWalk(places, from)
    if (answer === undefined || answer.length < LEAST_WALK) continue
    const rows = Array.from({ length: SIDE }, (_, row) => places.slice(row * SIDE, (row + 1) * SIDE).join(''))
    const isRight = (said: Answer): boolean =>
      typeof said === 'string' && said.length === answer.length && endOf(places, from, said) === to
    return { question: { rows }, answer, isRight }
  }
}

/**
 * Modular arithmetic. What is left of `base` to the power of `exponent` when it is divided by `modulus`? Numbers are of any size from 2 to 2^32, so that products leave
 * what a double holds exactly.
 *
 * `{ base, exponent, modulus }`
 */
function powersProblem(random: SeededRandom): Problem {
  const modulus = 2 + random.int(2 ** (8 + random.int(25)))
  const exponent = random.int(2 ** (1 + random.int(24)))
  const base = random.int(modulus)
  const answer = Number(powerOf(BigInt(base), exponent, BigInt(modulus)))
  return { question: { base, exponent, modulus }, answer, isRight: (said) => said === answer }
}

function parityOf(bits: number): number {
  let parity = 0
  for (let rest = bits; rest > 0; rest >>= 1) parity ^= rest & 1
  return parity
}

/** Breadth first; `undefined` where there is none. */
function shortestWalk(places: readonly string[], from: number): string | undefined {
  const seen = new Set([from])
  const queue: [place: number, walk: string][] = [[from, '']]
  for (const [place, walk] of queue) {
    if (places[place] === 'B') return walk
    for (const way of ['N', 'E', 'S', 'W'] as const) {
      const next = stepFrom(places, place, way)
      if (next === undefined || seen.has(next)) continue
      seen.add(next)
      queue.push([next, walk + way])
    }
  }
  return undefined
}

/** Where a walk ends; `undefined` for one that meets a wall, leaves the grid or is none. */
function endOf(places: readonly string[], from: number, walk: string): number | undefined {
  let place: number | undefined = from
  for (const way of walk) {
    if (place === undefined || !Object.hasOwn(WAYS, way)) return undefined
    place = stepFrom(places, place, way as keyof typeof WAYS)
  }
  return place
}

function stepFrom(places: readonly string[], place: number, way: keyof typeof WAYS): number | undefined {
  const column = place % SIDE
  if ((way === 'W' && column === 0) || (way === 'E' && column === SIDE - 1)) return undefined
  const next = place + WAYS[way]
  return places[next] === undefined || places[next] === '#' ? undefined : next
}

function powerOf(base: bigint, exponent: number, modulus: bigint): bigint {
  let power = 1n % modulus
  for (
    let square = base, rest = exponent;
    rest > 0;
    rest = Math.floor(rest / 2), square = (square * square) % modulus
  ) {
    if (rest % 2 === 1) power = (power * square) % modulus
  }
  return power
}
