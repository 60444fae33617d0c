import type { EpochOutput, SparseRawRows } from '../../consensus/index.js'

/** Length of the block of results: ten columns of 8 bytes, row starts, five columns of 2 bytes, two of 1. */
export function resultBytes(n: number): number {
  return 80 * n + 4 * (n + 1) + 10 * n + 2 * n
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
  #rawBonds: (() => SparseRawRows) | null = null

  /** A result of `n` neurons and `entries` bonds whose raw bonds are what `rawBonds` gives. */
  sized(n: number, entries: number, rawBonds: () => SparseRawRows): Sized {
    this.#rawBonds = rawBonds
    if (this.#sized?.n === n && this.#sized.entries === entries) return this.#sized
    const bytes = resultBytes(n)
    if (this.#block.byteLength < bytes) this.#block = new ArrayBuffer(bytes)
    if (this.#column.length < entries) {
      // Some more than needed: the number of bonds changes a little from epoch to epoch.
      this.#column = new Uint16Array(entries + (entries >> 3))
      this.#value = new Uint16Array(entries + (entries >> 3))
    }
    const bonds = { column: this.#column.subarray(0, entries), value: this.#value.subarray(0, entries) }
    this.#sized = {
      n,
      entries,
      block: new Uint8Array(this.#block, 0, bytes),
      output: outputOf(this.#block, n, bonds, () => this.#rawBonds!()),
    }
    return this.#sized
  }
}

/** Names the columns of a block of results. */
export function outputOf(
  block: ArrayBuffer,
  n: number,
  bonds: { readonly column: Uint16Array; readonly value: Uint16Array },
  rawBonds: () => SparseRawRows,
): EpochOutput {
  const rao = (index: number): BigUint64Array => new BigUint64Array(block, 8 * n * index, n)
  const raw = (index: number): BigInt64Array => new BigInt64Array(block, 8 * n * index, n)
  const u16At = 80 * n + 4 * (n + 1)
  const u16 = (index: number): Uint16Array => new Uint16Array(block, u16At + 2 * n * index, n)
  return {
    active: new Uint8Array(block, u16At + 10 * n, n),
    validatorPermit: new Uint8Array(block, u16At + 11 * n, n),
    stakeRao: rao(0),
    stakeWeightU16: u16(0),
    consensusU16: u16(1),
    incentiveU16: u16(2),
    dividendsU16: u16(3),
    validatorTrustU16: u16(4),
    serverEmissionRao: rao(1),
    validatorEmissionRao: rao(2),
    combinedEmissionRao: rao(3),
    bonds: { rowStart: new Uint32Array(block, 80 * n, n + 1), ...bonds },
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
