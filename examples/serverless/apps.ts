import { sha256 } from 'subnetkit/crypto'
import { SeededRandom } from 'subnetkit/math'

/** A kind of application. Its work is a chain of steps: each makes the next number from the one before, and needs the image of the application for that. */
export interface Kind {
  /** What it takes of a miner's memory while it is warm. */
  readonly memoryMiB: number
  /** What a cold start takes on a machine of usual speed. */
  readonly startMs: number
  /** What a step takes there. */
  readonly stepMs: number
  readonly step: (image: Image, value: number) => number
}

/** What an application has to have in memory: as many numbers of 32 bits, which follow from its kind and its version. */
export type Image = Uint32Array

const WORDS = 1_024

/** The five applications of the market. */
export const kinds = {
  hash: { memoryMiB: 1, startMs: 300, stepMs: 45, step: hashed },
  sort: { memoryMiB: 1, startMs: 300, stepMs: 45, step: sorted },
  text: { memoryMiB: 2, startMs: 400, stepMs: 60, step: counted },
  matrix: { memoryMiB: 2, startMs: 500, stepMs: 60, step: multiplied },
  paths: { memoryMiB: 2, startMs: 500, stepMs: 75, step: walked },
} as const satisfies { readonly [name: string]: Kind }

export type KindName = keyof typeof kinds
export const kindNames = Object.keys(kinds) as KindName[]

/** What a cold start makes. */
export function imageOf(kind: KindName, version: number): Image {
  const random = new SeededRandom(`application ${kind} ${version}`)
  return Uint32Array.from({ length: WORDS }, () => random.nextU32())
}

/** The number that comes after another. */
export function stepOf(kind: KindName, image: Image, value: number): number {
  return kinds[kind].step(image, value)
}

/** Eight hashes, one after the other, each with a number of the image. */
function hashed(image: Image, value: number): number {
  const block = new Uint8Array(40)
  const view = new DataView(block.buffer)
  view.setUint32(0, value)
  for (let round = 0; round < 8; round++) {
    view.setUint32(36, at(image, view.getUint32(0)))
    block.set(sha256(block))
  }
  return view.getUint32(0)
}

/** Two hundred numbers, sorted: all of them say how, in their new order. */
function sorted(image: Image, value: number): number {
  const numbers = image.slice(value % 800, (value % 800) + 200).map((one) => one ^ value)
  return numbers.sort().reduce(mixed, value)
}

const LETTERS = 'etaoinshrdlu'

/** A text of a hundred words: how often each letter stands in it, how many words there are more than once, and how long the longest is. */
function counted(image: Image, value: number): number {
  const words = Array.from({ length: 100 }, (_, nth) => {
    const word = at(image, value + 7 * nth) ^ value
    return Array.from(
      { length: 1 + (word >>> 29) },
      (_, letter) => LETTERS[(word >>> (3 * letter)) % 12],
    ).join('')
  })
  const text = words.join(' ')
  const letters = [...LETTERS].map((letter) => text.split(letter).length - 1)
  const longest = Math.max(...words.map(({ length }) => length))
  return [...letters, new Set(words).size, longest].reduce(mixed, value)
}

const [SIDE, PRIME] = [16, 65_521]

/** A vector, multiplied four times by the matrix of the image, modulo a prime. */
function multiplied(image: Image, value: number): number {
  let vector = Array.from({ length: SIDE }, (_, row) => mixed(value, row) % PRIME)
  for (let times = 0; times < 4; times++)
    vector = vector.map((_, row) =>
      vector.reduce((sum, one, column) => (sum + one * (at(image, row * SIDE + column) % PRIME)) % PRIME, 0),
    )
  return vector.reduce(mixed, value)
}

/** Shortest ways from the corner of a map with walls to every place that can be reached: how many there are, and how long they are together. */
function walked(image: Image, value: number): number {
  const isWall = (place: number): boolean => place > 0 && (at(image, place) ^ mixed(value, place)) % 10 < 3
  const lengths = new Map([[0, 0]])
  for (const [place, length] of lengths) {
    const [x, y] = [place % SIDE, Math.floor(place / SIDE)]
    const beside = [
      x > 0 ? place - 1 : -1,
      x < SIDE - 1 ? place + 1 : -1,
      y > 0 ? place - SIDE : -1,
      y < SIDE - 1 ? place + SIDE : -1,
    ]
    for (const next of beside)
      if (next >= 0 && !lengths.has(next) && !isWall(next)) lengths.set(next, length + 1)
  }
  return [...lengths.values()].reduce(mixed, value)
}

const at = (image: Image, place: number): number => image[place % WORDS] ?? 0

/** Mixes a number into another, so that each bit of both counts. */
function mixed(before: number, number: number): number {
  const product = Math.imul(before ^ number, 0x9e37_79b1)
  return (product ^ (product >>> 15)) >>> 0
}
