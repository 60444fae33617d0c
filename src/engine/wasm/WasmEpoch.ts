import type {
  EpochInput,
  EpochOutput,
  EpochParams,
  SparseRawRows,
  SparseRows,
} from '../../consensus/index.js'
import type { SessionInput } from '../checks.js'
import { type EpochExports, sharedInstance } from './loadModule.js'
import { type OutputBuffers, outputOf, type ResultMemory, resultBytes, rowStartOf } from './OutputBuffers.js'
import {
  CURRENT_BLOCK,
  EMISSION,
  KEEPS_BONDS,
  LAST_STEP_BLOCK,
  OWNER_UID,
  paramsBlock,
  type WasmPath,
} from './paramsBlock.js'
import { type LaneMatrix, rawBondsOf } from './rawBondsOf.js'

/** Most neurons the engine takes. */
export const WASM_MAX_N = 16_384

const PARAMS_AT = 1024
const HEADER_AT = 2048

/** Places in the header, in units of 4 bytes, in the order of `assembly/layout.ts`. */
const HEADER = {
  lastUpdate: 0,
  registered: 1,
  committed: 2,
  alphaStake: 3,
  taoStake: 4,
  permit: 5,
  weightStart: 6,
  weightColumn: 7,
  weightValue: 8,
  bondStart: 9,
  bondColumn: 10,
  bondValue: 11,
  results: 12,
  storedStart: 13,
  columnStart: 14,
  largest: 15,
  isSlow: 16,
  laneUid: 17,
  bonds32: 18,
  bonds64: 19,
  laneOfEntry: 20,
  storedColumn: 21,
  storedValue: 22,
  isDense: 24,
  slowColumns: 25,
  rows: 26,
} as const

/** Why an input is left to the plain engine. */
const OBSTACLES = [
  null,
  'wrong input',
  'a row names a target twice',
  'rows out of order under liquid alpha',
  'the network is too large for the memory of WebAssembly',
  'the kept bonds are laid out in another way',
] as const

/** How one epoch went. */
export interface WasmRun {
  readonly layout: 'dense' | 'sparse'
  /** Columns that were computed in full integers because the quick form could not be sure. */
  readonly slowColumns: number
}

/** The WebAssembly engine for one set of parameters. */
export class WasmEpoch {
  readonly #exports: EpochExports
  readonly #params: Uint8Array
  readonly #isYuma3: boolean
  #views: Views
  #keptNeurons: number | null = null
  /** The kept bonds as rows, once somebody has asked. */
  #keptRows: SparseRows | null = null
  /** Whether the next epoch finds everything in its place, so that nothing has to be read before it. */
  #isSettled = false

  /**
   * @param own - an instance that nobody else uses: dense bonds stay in it from epoch to epoch.
   * @throws EngineUnavailableError
   */
  constructor(params: EpochParams, path: WasmPath, own?: EpochExports) {
    this.#exports = own ?? sharedInstance()
    this.#params = paramsBlock(params, path)
    if (own !== undefined) new Uint32Array(this.#params.buffer)[KEEPS_BONDS] = 1
    this.#isYuma3 = params.yuma3Enabled
    this.#views = viewsOf(this.#exports.memory.buffer)
  }

  /**
   * Computes an input whose columns have the right types and lengths; everything else is checked.
   *
   * @returns why it was not computed, or `null` when it was.
   */
  compute(input: EpochInput): string | null {
    const { n, weights, bonds } = input
    if (n > WASM_MAX_N) return `more than ${WASM_MAX_N} neurons`
    this.#keptNeurons = null
    this.#keptRows = null
    if (this.#exports.prepare(n, weights.column.length, bonds.column.length) === 0) return OBSTACLES[4]
    this.#write(input)
    const { u16, u32 } = this.#views
    u32.set(bonds.rowStart, this.#at(HEADER.bondStart) / 4)
    u16.set(bonds.column, this.#at(HEADER.bondColumn) / 2)
    u16.set(bonds.value, this.#at(HEADER.bondValue) / 2)
    const answer = this.#exports.runEpoch(n, weights.column.length, bonds.column.length)
    if (answer !== 0) return OBSTACLES[answer]!
    this.#isSettled = false
    if (this.#keepsBonds && this.lastRun().layout === 'dense') this.#keptNeurons = n
    return null
  }

  /** How many neurons the last epoch had, if its bonds are kept. */
  get keptNeurons(): number | null {
    return this.#keptNeurons
  }

  /**
   * Computes an input of `keptNeurons` neurons from the kept bonds.
   *
   * @returns why it was not computed, or `null` when it was; the bonds of the last epoch are then still kept.
   */
  computeNext(input: SessionInput): string | null {
    const { n, weights } = input
    if (!this.#isSettled) this.keptBonds()
    if (this.#exports.prepareNext(n, weights.column.length) === 0) return OBSTACLES[4]
    this.#write(input)
    const answer = this.#exports.runNext(n, weights.column.length)
    if (answer !== 0) return OBSTACLES[answer]!
    this.#isSettled = true
    this.#keptRows = null
    return null
  }

  /** The kept bonds as rows, the same ones until the next epoch; `null` where there are none. */
  keptBonds(): SparseRows | null {
    const n = this.#keptNeurons
    if (n === null || this.#keptRows !== null) return this.#keptRows
    this.#exports.storeKept(n)
    const { u16, u32 } = this.#refreshed()
    const rowStart = slice(u32, this.#at(HEADER.storedStart) / 4, n + 1)
    const entries = rowStart[n]!
    this.#keptRows = {
      rowStart,
      column: slice(u16, this.#at(HEADER.storedColumn) / 2, entries),
      value: slice(u16, this.#at(HEADER.storedValue) / 2, entries),
    }
    return this.#keptRows
  }

  /** Writes everything but the bonds to its place. */
  #write(input: SessionInput): void {
    const { weights } = input
    const { u8, u16, u32, f64, u64 } = this.#refreshed()
    const at = (field: number): number => u32[HEADER_AT / 4 + field]!
    u8.set(this.#params, PARAMS_AT)
    f64[PARAMS_AT / 8 + CURRENT_BLOCK] = input.currentBlock
    f64[PARAMS_AT / 8 + LAST_STEP_BLOCK] = input.lastStepBlock
    u64[PARAMS_AT / 8 + EMISSION] = input.emissionRao
    u32[PARAMS_AT / 4 + OWNER_UID] = input.ownerUid ?? -1
    f64.set(input.lastUpdate, at(HEADER.lastUpdate) / 8)
    f64.set(input.blockAtRegistration, at(HEADER.registered) / 8)
    f64.set(input.earliestActiveCommitBlock, at(HEADER.committed) / 8)
    u64.set(input.alphaStakeRao, at(HEADER.alphaStake) / 8)
    u64.set(input.taoStakeRao, at(HEADER.taoStake) / 8)
    u8.set(input.validatorPermit, at(HEADER.permit))
    u32.set(weights.rowStart, at(HEADER.weightStart) / 4)
    u16.set(weights.column, at(HEADER.weightColumn) / 2)
    u16.set(weights.value, at(HEADER.weightValue) / 2)
  }

  get #keepsBonds(): boolean {
    return this.#params[4 * KEEPS_BONDS] === 1
  }

  /** How the last epoch was computed. */
  lastRun(): WasmRun {
    const { u32 } = this.#refreshed()
    return {
      layout: u32[HEADER_AT / 4 + HEADER.isDense] === 1 ? 'dense' : 'sparse',
      slowColumns: u32[HEADER_AT / 4 + HEADER.slowColumns]!,
    }
  }

  /**
   * The results of the last epoch, which had `n` neurons, copied out; into `buffers` where given. The raw bonds are spelled
   * out when first read: from a copy, or, with `buffers`, from the engine's memory, which the next epoch overwrites.
   */
  output(n: number, buffers?: OutputBuffers): EpochOutput {
    const { u8, u16, u32 } = this.#refreshed()
    const at = this.#at(HEADER.results)
    if (this.#keptNeurons !== null && buffers !== undefined) {
      const out = buffers.kept(n, this)
      out.block.set(u8.subarray(at, at + resultBytes(n)))
      return out.output
    }
    const entries = u32[at / 4 + 21 * n]!
    const column = this.#at(HEADER.storedColumn) / 2
    const value = this.#at(HEADER.storedValue) / 2
    if (buffers !== undefined) {
      const out = buffers.sized(n, entries, this)
      out.block.set(u8.subarray(at, at + resultBytes(n)))
      out.output.bonds.column.set(u16.subarray(column, column + entries))
      out.output.bonds.value.set(u16.subarray(value, value + entries))
      return out.output
    }
    const block = u8.slice(at, at + resultBytes(n))
    const matrix = this.#laneMatrix(n)
    const bonds = { column: slice(u16, column, entries), value: slice(u16, value, entries) }
    let raw: SparseRawRows | undefined
    return outputOf(block, n, bonds, () => {
      raw ??= rawBondsOf(matrix)
      return raw
    })
  }

  /** The raw bonds of the last epoch, which had `n` neurons, from the engine's memory. */
  rawBonds(n: number): SparseRawRows {
    this.#refreshed()
    return rawBondsOf(this.#laneMatrix(n))
  }

  /**
   * Copies the results of the last epoch, which had `n` neurons, to memory of a caller.
   *
   * @returns how many bonds there are; where that is more than there is room for, the bonds are not copied.
   */
  copyTo(n: number, { block, column, value }: ResultMemory): number {
    const { u8, u16 } = this.#refreshed()
    const at = this.#at(HEADER.results)
    block.set(u8.subarray(at, at + resultBytes(n)))
    const entries = rowStartOf(block, n)[n]!
    if (entries > column.length) return entries
    const columnAt = this.#at(HEADER.storedColumn) / 2
    const valueAt = this.#at(HEADER.storedValue) / 2
    column.set(u16.subarray(columnAt, columnAt + entries))
    value.set(u16.subarray(valueAt, valueAt + entries))
    return entries
  }

  #laneMatrix(n: number): LaneMatrix {
    const { u8, u16, u32, u64 } = this.#views
    const isDense = this.#at(HEADER.isDense) === 1
    const slow = this.#at(HEADER.slowColumns)
    const columnStart = slice(u32, this.#at(HEADER.columnStart) / 4, n + 1)
    const lanes = columnStart[n]!
    const isYuma3 = this.#isYuma3
    return {
      n,
      columnStart,
      bonds: slice(u32, this.#at(HEADER.bonds32) / 4, lanes),
      laneUid: slice(u32, this.#at(HEADER.laneUid) / 4, this.#at(HEADER.rows)),
      laneOfEntry: isDense ? null : slice(u16, this.#at(HEADER.laneOfEntry) / 2, lanes),
      largest: isYuma3 ? null : slice(u64, this.#at(HEADER.largest) / 8, n),
      isSlow: slice(u8, this.#at(HEADER.isSlow), n),
      slowBonds: slow === 0 ? null : slice(u64, this.#at(HEADER.bonds64) / 8, lanes),
    }
  }

  #at(field: number): number {
    return this.#views.u32[HEADER_AT / 4 + field]!
  }

  /** Views of the memory, which are of no use any more once it has grown. */
  #refreshed(): Views {
    const { buffer } = this.#exports.memory
    if (this.#views.u8.buffer !== buffer) this.#views = viewsOf(buffer)
    return this.#views
  }
}

interface Views {
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly u64: BigUint64Array
}

function viewsOf(buffer: ArrayBuffer): Views {
  return {
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    u32: new Uint32Array(buffer),
    f64: new Float64Array(buffer),
    u64: new BigUint64Array(buffer),
  }
}

function slice<T extends { slice(from: number, to: number): T }>(view: T, from: number, length: number): T {
  return view.slice(from, from + length)
}
