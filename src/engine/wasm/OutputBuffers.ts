import type { EpochOutput, SparseRawRows, SparseRows } from '../../consensus/index.js'

/** Length of the block of results: ten columns of 8 bytes, row starts, five columns of 2 bytes, two of 1. */
export function resultBytes(n: number): number {
  return 80 * n + 4 * (n + 1) + 10 * n + 2 * n
}

/** Memory of a caller for one result. */
export interface ResultMemory {
  /** u8[resultBytes(n)], on a border of 8 bytes: all columns, as `outputOf` names them. */
  readonly block: Uint8Array
  /** Target and value of each stored bond; as long as there are bonds, or longer. */
  readonly column: Uint16Array
  readonly value: Uint16Array
}

/** Where a result finds what it is not given. */
export interface BondSource {
  rawBonds(n: number): SparseRawRows
  keptBonds(): SparseRows | null
}

interface Sized {
  readonly n: number
  readonly entries: number
  readonly block: Uint8Array
  readonly output: EpochOutput
}

/** Memory for one result, used again for each: it grows when it must, and never shrinks. */
export class OutputBuffers {
  #block = new ArrayBuffer(0)
  #column = new Uint16Array(0)
  #value = new Uint16Array(0)
  #sized: Sized | null = null
  #kept: Sized | null = null
  #source: BondSource | null = null

  /** A result of `n` neurons and `entries` bonds whose raw bonds come from `source`. */
  sized(n: number, entries: number, source: BondSource): Sized {
    this.#source = source
    if (this.#sized?.n === n && this.#sized.entries === entries) return this.#sized
    if (this.#column.length < entries) {
      // Some more than needed: the number of bonds changes a little from epoch to epoch.
      this.#column = new Uint16Array(entries + (entries >> 3))
      this.#value = new Uint16Array(entries + (entries >> 3))
    }
    const bonds = { column: this.#column.subarray(0, entries), value: this.#value.subarray(0, entries) }
    const block = this.#blockFor(n)
    this.#sized = { n, entries, block, output: outputOf(block, n, bonds, () => this.#source!.rawBonds(n)) }
    return this.#sized
  }

  /** A result of `n` neurons whose bonds come from `source` when somebody reads them. */
  kept(n: number, source: BondSource): Sized {
    this.#source = source
    if (this.#kept?.n === n) return this.#kept
    const block = this.#blockFor(n)
    const none = { column: new Uint16Array(0), value: new Uint16Array(0) }
    const output = outputOf(block, n, none, () => this.#source!.rawBonds(n))
    Object.defineProperty(output, 'bonds', { get: () => this.#source!.keptBonds(), enumerable: true })
    this.#kept = { n, entries: 0, block, output }
    return this.#kept
  }

  #blockFor(n: number): Uint8Array {
    const bytes = resultBytes(n)
    if (this.#block.byteLength < bytes) this.#block = new ArrayBuffer(bytes)
    return new Uint8Array(this.#block, 0, bytes)
  }
}

/** Where the rows of bonds start, in a block of results. */
export function rowStartOf({ buffer, byteOffset }: Uint8Array, n: number): Uint32Array {
  return new Uint32Array(buffer, byteOffset + 80 * n, n + 1)
}

/** The permits for the next epoch, in a block of results. */
export function permitOf({ buffer, byteOffset }: Uint8Array, n: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + 80 * n + 4 * (n + 1) + 11 * n, n)
}

/** Names the columns of a block of results. */
export function outputOf(
  block: Uint8Array,
  n: number,
  bonds: { readonly column: Uint16Array; readonly value: Uint16Array },
  rawBonds: () => SparseRawRows,
): EpochOutput {
  const { buffer, byteOffset } = block
  const rao = (index: number): BigUint64Array => new BigUint64Array(buffer, byteOffset + 8 * n * index, n)
  const raw = (index: number): BigInt64Array => new BigInt64Array(buffer, byteOffset + 8 * n * index, n)
  const u16At = byteOffset + 80 * n + 4 * (n + 1)
  const u16 = (index: number): Uint16Array => new Uint16Array(buffer, u16At + 2 * n * index, n)
  return {
    active: new Uint8Array(buffer, u16At + 10 * n, n),
    validatorPermit: permitOf(block, n),
    stakeRao: rao(0),
    stakeWeightU16: u16(0),
    consensusU16: u16(1),
    incentiveU16: u16(2),
    dividendsU16: u16(3),
    validatorTrustU16: u16(4),
    serverEmissionRao: rao(1),
    validatorEmissionRao: rao(2),
    combinedEmissionRao: rao(3),
    bonds: { rowStart: rowStartOf(block, n), ...bonds },
    raw: {
      stake: raw(4),
      activeStake: raw(5),
      consensus: raw(6),
      validatorTrust: raw(7),
      incentive: raw(8),
      dividends: raw(9),
      get bonds() {
        return rawBonds()
      },
    },
  }
}
