import { ShapeError } from '../errors/index.js'
import { createDenseBuffers, type DenseBuffers } from './dense/DenseBuffers.js'
import { createRawRows, type RawRows } from './rawRows.js'
import type { EpochInput, SparseRows } from './types.js'
import { createVotes, type Votes } from './votes.js'

/**
 * Memory that epochs of one subnet size work in, and answer from if it is made for that, owned by the caller.
 *
 * One set of buffers serves any number of epochs, one after the other. What is inside belongs to the epoch; treat it
 * as opaque.
 */
export interface EpochBuffers {
  readonly n: number
  /** Most weights, and most bonds, of an epoch. */
  readonly entries: number
  readonly matrices: EpochMatrices
  readonly columns: EpochColumns
  readonly dense: DenseChoice
  /** `null` where every epoch makes its own. */
  readonly output: EpochOutputBuffers | null
}

/** Matrices for networks that fill them. */
export interface DenseChoice {
  /** As large as was needed so far. */
  current: DenseBuffers
  /** What share of the places in them must be filled; the results are the same either way. */
  leastFill: number
}

/** Working matrices. */
export interface EpochMatrices {
  readonly weights: RawRows
  readonly clipped: RawRows
  /** The weights that form bonds, where they are neither as given nor as clipped. */
  readonly mixed: RawRows
  readonly bonds: RawRows
  /** f64[entries + 1]: stake times clipped weight, and then the shares of bonds bought. */
  readonly bought: Float64Array
  /** f64[2 * entries + 1]: bonds of Yuma 3 as shares of their column. */
  readonly shares: Float64Array
  readonly votes: Votes
}

/** Working columns, f64[n] each; `facts` are four of them. */
export type EpochColumns = Record<
  | 'stake'
  | 'activeStake'
  | 'consensus'
  | 'validatorTrust'
  | 'rank'
  | 'incentive'
  | 'dividends'
  | 'bondSum'
  | 'facts'
  | 'oldScale'
  | 'reciprocal'
  | 'scratch',
  Float64Array
>

/** Columns that an output is made of. */
export interface EpochOutputBuffers {
  readonly u8: Record<'active' | 'permits' | 'validatorPermit', Uint8Array>
  readonly u16: Record<'stake' | 'consensus' | 'incentive' | 'dividends' | 'validatorTrust', Uint16Array>
  readonly rao: Record<'stake' | 'server' | 'validator' | 'combined', BigUint64Array>
  readonly raw: Record<
    'stake' | 'activeStake' | 'consensus' | 'validatorTrust' | 'incentive' | 'dividends',
    BigInt64Array
  >
  /** As stored; `null` where they are made when the number of bonds is known. */
  readonly bonds: SparseRows | null
}

/**
 * Makes the buffers for epochs of exactly `n` neurons with at most `entries` weights and at most `entries` bonds.
 *
 * An epoch run with them allocates no columns: its output are views of them, overwritten by the next run. Take
 * copies (`slice`) of what must last. Its `raw.bonds` are put together when they are first read, and last.
 *
 * PERF: 98 bytes per entry and 310 per neuron, and 16 per pair of a validator and a neuron once a network fills them.
 *
 * @example
 * ```ts
 * import { createEpochBuffers, type EpochInput, type EpochParams, runEpoch } from 'subnetkit/consensus'
 *
 * function sumOfIncentives(inputs: readonly EpochInput[], params: EpochParams): number {
 *   const buffers = createEpochBuffers(256, 256 * 64)
 *   let sum = 0
 *   for (const input of inputs) for (const share of runEpoch(input, params, buffers).incentiveU16) sum += share
 *   return sum
 * }
 * ```
 */
export function createEpochBuffers(n: number, entries: number): EpochBuffers {
  const output = { ...createOutputColumns(n), bonds: createStoredBonds(n, 2 * entries) }
  return { ...createEpochWorkspace(n, entries), output }
}

/**
 * Makes buffers to work in, not to answer from: every epoch run with them makes an output of its own, which lasts.
 *
 * PERF: 90 bytes per entry and 210 per neuron, and 16 per pair of a validator and a neuron once a network fills them.
 */
export function createEpochWorkspace(n: number, entries: number): EpochBuffers {
  const f64 = () => new Float64Array(n)
  return {
    n,
    entries,
    matrices: {
      weights: createRawRows(n, entries),
      clipped: createRawRows(n, entries),
      mixed: createRawRows(n, entries),
      bonds: createRawRows(n, 2 * entries),
      bought: new Float64Array(entries + 1),
      shares: new Float64Array(2 * entries + 1),
      votes: createVotes(n, entries),
    },
    columns: {
      stake: f64(),
      activeStake: f64(),
      consensus: f64(),
      validatorTrust: f64(),
      rank: f64(),
      incentive: f64(),
      dividends: f64(),
      bondSum: f64(),
      facts: new Float64Array(4 * n),
      oldScale: f64(),
      reciprocal: f64(),
      scratch: f64(),
    },
    // PERF: measured: full matrices beat sparse rows from a fill of 0.7 at 256 servers, and of 0.8 at 1,024.
    dense: { current: createDenseBuffers(n, 0), leastFill: 0.75 },
    output: null,
  }
}

/** New columns for an output, without those of its bonds. */
export function createOutputColumns(n: number): EpochOutputBuffers {
  const u8 = () => new Uint8Array(n)
  const u16 = () => new Uint16Array(n)
  const rao = () => new BigUint64Array(n)
  const raw = () => new BigInt64Array(n)
  return {
    u8: { active: u8(), permits: u8(), validatorPermit: u8() },
    u16: { stake: u16(), consensus: u16(), incentive: u16(), dividends: u16(), validatorTrust: u16() },
    rao: { stake: rao(), server: rao(), validator: rao(), combined: rao() },
    raw: {
      stake: raw(),
      activeStake: raw(),
      consensus: raw(),
      validatorTrust: raw(),
      incentive: raw(),
      dividends: raw(),
    },
    bonds: null,
  }
}

/** New columns for up to `entries` bonds, and one of scratch: a bond is written first and then kept or not. */
export function createStoredBonds(n: number, entries: number): SparseRows {
  return {
    rowStart: new Uint32Array(n + 1),
    column: new Uint16Array(entries + 1),
    value: new Uint16Array(entries + 1),
  }
}

/** New buffers to work in that fit the input. */
export function workspaceFor({ n, weights, bonds }: EpochInput): EpochBuffers {
  return createEpochWorkspace(n, Math.max(weights.column.length, bonds.column.length))
}

/** @throws ShapeError when the buffers are for another n, or hold fewer entries than the input has. */
export function assertFit({ n, weights, bonds }: EpochInput, buffers: EpochBuffers): void {
  if (buffers.n !== n) {
    throw new ShapeError({ field: 'buffers', expectedLength: n, actualLength: buffers.n })
  }
  const entries = Math.max(weights.column.length, bonds.column.length)
  if (buffers.entries >= entries) return
  throw new ShapeError({ field: 'buffers.entries', expectedLength: entries, actualLength: buffers.entries })
}
