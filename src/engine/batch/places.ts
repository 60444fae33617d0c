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

const FIELDS = [
  'inputSegment',
  'inputOffset',
  'n',
  'weights',
  'bonds',
  'weightsRoom',
  'bondsRoom',
  'resultSegment',
  'resultOffset',
  'resultBonds',
  'carriedSegment',
  'carriedOffset',
  'carriedBonds',
  'params',
] as const satisfies readonly (keyof Place)[]

/** Behind the fields: bonds of a result that found no room; 0 otherwise. */
const NEEDED = FIELDS.length
/** Numbers per subnet in the table of places. */
export const PLACE_LENGTH = FIELDS.length + 1

export function writePlace(table: Float64Array, k: number, place: Place): void {
  for (let field = 0; field < FIELDS.length; field++) table[k * PLACE_LENGTH + field] = place[FIELDS[field]!]
}

export function readPlace(table: Float64Array, k: number): Place {
  const at = k * PLACE_LENGTH
  return {
    inputSegment: table[at]!,
    inputOffset: table[at + 1]!,
    n: table[at + 2]!,
    weights: table[at + 3]!,
    bonds: table[at + 4]!,
    weightsRoom: table[at + 5]!,
    bondsRoom: table[at + 6]!,
    resultSegment: table[at + 7]!,
    resultOffset: table[at + 8]!,
    resultBonds: table[at + 9]!,
    carriedSegment: table[at + 10]!,
    carriedOffset: table[at + 11]!,
    carriedBonds: table[at + 12]!,
    params: table[at + 13]!,
  }
}

/** How many bonds the last result of a subnet would have had, had there been room. */
export function neededBonds(table: Float64Array, k: number): number {
  return table[k * PLACE_LENGTH + NEEDED]!
}

export function setNeededBonds(table: Float64Array, k: number, bonds: number): void {
  table[k * PLACE_LENGTH + NEEDED] = bonds
}
