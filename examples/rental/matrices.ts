import { SeededRandom } from 'subnetkit/math'

/** Rows and columns of a matrix. */
export const SIDE = 32
/** Largest prime below 2^23: a row times a column is less than 32 (2^23)^2 = 2^51 before it is reduced, which a double holds exactly. So all machines agree. */
export const PRIME = 8_388_593
/** Multiplications and additions of one product. */
export const OPERATIONS = 2 * SIDE ** 3
/** A matrix as it travels: three bytes a number, the lowest first. */
export const MATRIX_BYTES = 3 * SIDE ** 2
/** One vector misses a wrong product once in 2^23 times, three together once in 2^69; twenty vectors of zeros and ones would do so once in 2^20. */
const VECTORS = 3

/** `products + 1` matrices of numbers from 0 to 255, which follow from the seed, are to be multiplied one after the other. */
export interface Work {
  readonly seed: number
  readonly products: number
}

/** Does it: `products` times as many operations as one product has. */
export function productOf(work: Work): Uint8Array {
  const [first = new Float64Array(), ...others] = factorsOf(work)
  return packed(others.reduce(times, first))
}

/** Secret vectors by which products are checked. Whoever knows them can make up a product that passes. */
export function drawVectors(random: SeededRandom): number[][] {
  return Array.from({ length: VECTORS }, () => Array.from({ length: SIDE }, () => random.int(PRIME)))
}

/**
 * Freivalds' test: where C is the product of A and B, `A (B r)` is `C r` for any vector r, and where it is not, hardly ever. That takes
 * some times `SIDE ** 2` operations, a product `SIDE ** 3`.
 */
export function isProduct(bytes: Uint8Array, work: Work, vectors: readonly (readonly number[])[]): boolean {
  const claimed = unpacked(bytes)
  if (claimed === undefined) return false
  const factors = factorsOf(work).reverse()
  return vectors.every((vector) => {
    const expected = factors.reduce((right, factor) => applied(factor, right), Float64Array.from(vector))
    return applied(claimed, Float64Array.from(vector)).every((value, row) => value === expected[row])
  })
}

function factorsOf({ seed, products }: Work): Float64Array[] {
  const random = new SeededRandom(`matrices ${seed}`)
  return Array.from({ length: products + 1 }, () => {
    const factor = new Float64Array(SIDE ** 2)
    for (let at = 0; at < factor.length; at += 4) {
      const draw = random.nextU32()
      factor[at] = draw & 0xff
      factor[at + 1] = (draw >>> 8) & 0xff
      factor[at + 2] = (draw >>> 16) & 0xff
      factor[at + 3] = draw >>> 24
    }
    return factor
  })
}

function times(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(SIDE ** 2)
  for (let row = 0; row < product.length; row += SIDE) {
    for (let column = 0; column < SIDE; column++) {
      let sum = 0
      for (let at = 0; at < SIDE; at++) sum += (a[row + at] ?? 0) * (b[SIDE * at + column] ?? 0)
      product[row + column] = sum % PRIME
    }
  }
  return product
}

function applied(matrix: Float64Array, vector: Float64Array): Float64Array {
  const result = new Float64Array(SIDE)
  for (let row = 0; row < SIDE; row++) {
    let sum = 0
    for (let at = 0; at < SIDE; at++) sum += (matrix[SIDE * row + at] ?? 0) * (vector[at] ?? 0)
    result[row] = sum % PRIME
  }
  return result
}

function packed(matrix: Float64Array): Uint8Array {
  const bytes = new Uint8Array(MATRIX_BYTES)
  for (const [at, value] of matrix.entries()) {
    bytes[3 * at] = value & 0xff
    bytes[3 * at + 1] = (value >>> 8) & 0xff
    bytes[3 * at + 2] = value >>> 16
  }
  return bytes
}

/** `undefined` for what is no matrix of remainders. */
function unpacked(bytes: Uint8Array): Float64Array | undefined {
  if (bytes.length !== MATRIX_BYTES) return undefined
  const matrix = new Float64Array(SIDE ** 2)
  for (let at = 0; at < matrix.length; at++)
    matrix[at] = (bytes[3 * at] ?? 0) + 0x100 * (bytes[3 * at + 1] ?? 0) + 0x1_0000 * (bytes[3 * at + 2] ?? 0)
  return matrix.every((one) => one < PRIME) ? matrix : undefined
}
