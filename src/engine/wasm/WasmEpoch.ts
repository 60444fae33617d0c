import type { EpochInput, EpochOutput, EpochParams, SparseRows } from '../../consensus/index.js'
import { type EpochExports, sharedInstance } from './loadModule.js'
import {
  CURRENT_BLOCK,
  EMISSION,
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

  /** @throws EngineUnavailableError */
  constructor(params: EpochParams, path: WasmPath) {
    this.#exports = sharedInstance()
    this.#params = paramsBlock(params, path)
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
    if (this.#exports.prepare(n, weights.column.length, bonds.column.length) === 0) return OBSTACLES[4]
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
    u32.set(bonds.rowStart, at(HEADER.bondStart) / 4)
    u16.set(bonds.column, at(HEADER.bondColumn) / 2)
    u16.set(bonds.value, at(HEADER.bondValue) / 2)
    return OBSTACLES[this.#exports.runEpoch(n, weights.column.length, bonds.column.length)] ?? null
  }

  /** How the last epoch was computed. */
  lastRun(): WasmRun {
    const { u32 } = this.#refreshed()
    return {
      layout: u32[HEADER_AT / 4 + HEADER.isDense] === 1 ? 'dense' : 'sparse',
      slowColumns: u32[HEADER_AT / 4 + HEADER.slowColumns]!,
    }
  }

  /** The results of the last epoch, which had `n` neurons, copied out. The raw bonds are spelled out when first read. */
  output(n: number): EpochOutput {
    const { u8 } = this.#refreshed()
    const at = this.#at(HEADER.results)
    const length = resultBytes(n)
    const block = u8.slice(at, at + length).buffer
    const bonds = this.#storedBonds(new Uint32Array(block, 80 * n, n + 1))
    return outputOf(block, n, bonds, this.#laneMatrix(n))
  }

  #storedBonds(rowStart: Uint32Array): SparseRows {
    const { u16 } = this.#views
    const entries = rowStart[rowStart.length - 1]!
    const column = this.#at(HEADER.storedColumn) / 2
    const value = this.#at(HEADER.storedValue) / 2
    return {
      rowStart,
      column: u16.slice(column, column + entries),
      value: u16.slice(value, value + entries),
    }
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

/** Length of the block of results: ten columns of 8 bytes, row starts, five of 2 bytes, two of 1. */
function resultBytes(n: number): number {
  return 80 * n + 4 * (n + 1) + 10 * n + 2 * n
}

function outputOf(block: ArrayBuffer, n: number, bonds: SparseRows, matrix: LaneMatrix): EpochOutput {
  const rao = (index: number): BigUint64Array => new BigUint64Array(block, 8 * n * index, n)
  const raw = (index: number): BigInt64Array => new BigInt64Array(block, 8 * n * index, n)
  const u16At = 80 * n + 4 * (n + 1)
  const u16 = (index: number): Uint16Array => new Uint16Array(block, u16At + 2 * n * index, n)
  const rawBonds = lazy(() => rawBondsOf(matrix))
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
    bonds,
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

function lazy<T>(compute: () => T): () => T {
  let value: T | undefined
  return () => {
    value ??= compute()
    return value
  }
}
