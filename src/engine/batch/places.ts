import type { EpochInput } from '../../consensus/index.js'
import type { Room } from './SharedArena.js'

/** How much room the input of one subnet takes. */
export interface InputSize {
  readonly n: number
  /** Entries that there are. */
  readonly weights: number
  readonly bonds: number
  /** Entries that there is room for. */
  readonly weightsRoom: number
  readonly bondsRoom: number
}

/** Where one subnet lies in shared memory. */
export interface Place extends InputSize {
  readonly inputSegment: number
  readonly inputOffset: number
  readonly resultSegment: number
  readonly resultOffset: number
  /** Bonds that the result has room for. */
  readonly resultBonds: number
  /** Where the result of the epoch before lies, whose bonds and permits are this one's inputs; -1 when the input has its own. */
  readonly carriedSegment: number
  readonly carriedOffset: number
  readonly carriedBonds: number
  /** Index of the parameters. */
  readonly params: number
}

const NOWHERE: Place = {
  inputSegment: 0,
  inputOffset: 0,
  n: 0,
  weights: 0,
  bonds: 0,
  weightsRoom: 0,
  bondsRoom: 0,
  resultSegment: 0,
  resultOffset: 0,
  resultBonds: 0,
  carriedSegment: -1,
  carriedOffset: 0,
  carriedBonds: 0,
  params: 0,
}
const FIELDS = Object.keys(NOWHERE) as (keyof Place)[]

/** Behind the fields: bonds of a result that found no room; 0 otherwise. */
const NEEDED = FIELDS.length
/** Numbers per subnet in the table of places. */
export const PLACE_LENGTH = FIELDS.length + 1

/** The place of a subnet of its own bonds, which lies nowhere yet. */
export function newPlace(input: EpochInput, params: number): Place {
  const weights = input.weights.column.length
  const bonds = input.bonds.column.length
  const sizes = { n: input.n, weights, bonds, weightsRoom: weights, bondsRoom: bonds }
  return { ...NOWHERE, ...sizes, resultBonds: mostBonds(input), params }
}

/** The part of a place that its input's room is, and that its result's room is. */
export const inputIn = ({ segment, offset }: Room) => ({ inputSegment: segment, inputOffset: offset })
export const resultIn = ({ segment, offset }: Room) => ({ resultSegment: segment, resultOffset: offset })

/** Most bonds that an epoch can leave: per row no more than old bonds and weights together, and one per target. */
function mostBonds({ n, weights, bonds }: EpochInput): number {
  let most = 0
  let before = 0
  bonds.rowStart.forEach((start, i) => {
    const entries = start + (weights.rowStart[i] ?? 0)
    most += Math.min(n, entries - before)
    before = entries
  })
  return most
}

export function writePlace(table: Float64Array, k: number, place: Place): void {
  table.set(
    FIELDS.map((field) => place[field]),
    k * PLACE_LENGTH,
  )
}

export function readPlace(table: Float64Array, k: number): Place {
  const place: { -readonly [K in keyof Place]: number } = { ...NOWHERE }
  let at = k * PLACE_LENGTH
  for (const field of FIELDS) place[field] = table[at++] ?? 0
  return place
}

/** How many bonds the last result of a subnet would have had, had there been room. */
export function neededBonds(table: Float64Array, k: number): number {
  return table[k * PLACE_LENGTH + NEEDED] ?? 0
}

export function setNeededBonds(table: Float64Array, k: number, bonds: number): void {
  table[k * PLACE_LENGTH + NEEDED] = bonds
}
