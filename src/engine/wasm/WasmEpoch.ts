import type {
  EpochInput,
  EpochOutput,
  EpochParams,
  SparseRawRows,
  SparseRows,
} from '../../consensus/index.js'
import {
  type Element,
  HEADER_SLOTS as HEADER,
  HEADER_AT,
  INPUTS,
  MAX_NEURONS,
  PARAM_SLOTS,
  PARAMS_AT,
  REFUSALS,
  VIEWS,
} from './layout.js'
import { type EpochExports, sharedInstance } from './loadModule.js'
import { paramsBlock, type WasmPath } from './paramsBlock.js'
import { type LaneMatrix, rawBondsOf } from './rawBondsOf.js'
import { outputOf, type ResultMemory, resultBytes } from './results.js'

const REASONS: readonly string[] = Object.values(REFUSALS)

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

  /**
   * @param exports - an instance of the engine; the one that all share unless given.
   * @throws EngineUnavailableError
   */
  constructor(params: EpochParams, path: WasmPath, exports = sharedInstance()) {
    this.#exports = exports
    this.#params = paramsBlock(params, path)
    this.#isYuma3 = params.yuma3Enabled
    this.#views = viewsOf(exports.memory.buffer)
  }

  /**
   * Computes an input whose columns have the right types and lengths; everything else is checked.
   *
   * @returns why it was not computed, or `null` when it was.
   */
  compute(input: EpochInput): string | null {
    const { n, weights, bonds } = input
    if (n > MAX_NEURONS) return `more than ${MAX_NEURONS} neurons`
    const sizes = [n, weights.column.length, bonds.column.length] as const
    if (this.#exports.prepare(...sizes) === 0) return REFUSALS.TOO_LARGE
    this.#write(input)
    const refusal = this.#exports.runEpoch(...sizes)
    return refusal === 0 ? null : (REASONS[refusal - 1] ?? null)
  }

  #write(input: EpochInput): void {
    const views = this.#refreshed()
    const { f64, u64, u32, u8 } = views
    const params = PARAMS_AT / 8
    u8.set(this.#params, PARAMS_AT)
    f64[params + PARAM_SLOTS.currentBlock] = input.currentBlock
    f64[params + PARAM_SLOTS.lastStepBlock] = input.lastStepBlock
    u64[params + PARAM_SLOTS.emissionRao] = input.emissionRao
    u32[2 * (params + PARAM_SLOTS.ownerUid)] = input.ownerUid ?? -1
    for (const { slot, element, field, bytes } of COLUMNS) {
      const column = input[field] as Uint8Array
      ;(views[element] as Uint8Array).set(column, this.#at(slot) / bytes)
    }
    this.#writeRows(input.weights, WEIGHTS)
    this.#writeRows(input.bonds, BONDS)
  }

  #writeRows({ rowStart, column, value }: SparseRows, to: typeof WEIGHTS): void {
    const { u32, u16 } = this.#views
    u32.set(rowStart, this.#at(to.rowStart) / 4)
    u16.set(column, this.#at(to.column) / 2)
    u16.set(value, this.#at(to.value) / 2)
  }

  /** How the last epoch was computed. */
  lastRun(): WasmRun {
    this.#refreshed()
    return {
      layout: this.#at(HEADER.isDense) === 1 ? 'dense' : 'sparse',
      slowColumns: this.#at(HEADER.slowColumns),
    }
  }

  /** The results of the last epoch, which had `n` neurons, copied out. The raw bonds are spelled out when first read. */
  output(n: number): EpochOutput {
    const { u8, u16 } = this.#refreshed()
    const memory = {
      block: slice(u8, this.#at(HEADER.results), resultBytes(n)),
      column: slice(u16, this.#at(HEADER.storedColumn) / 2, this.#at(HEADER.stored)),
      value: slice(u16, this.#at(HEADER.storedValue) / 2, this.#at(HEADER.stored)),
    }
    const matrix = this.#laneMatrix(n)
    let raw: SparseRawRows | undefined
    return outputOf(memory, n, () => {
      raw ??= rawBondsOf(matrix)
      return raw
    })
  }

  /** The raw bonds of the last epoch, which had `n` neurons, from the engine's memory. */
  rawBonds(n: number): SparseRawRows {
    this.#refreshed()
    return rawBondsOf(this.#laneMatrix(n))
  }

  /** How many bonds the last epoch has stored. */
  storedBonds(): number {
    this.#refreshed()
    return this.#at(HEADER.stored)
  }

  /**
   * Copies the results of the last epoch, which had `n` neurons, to memory of a caller.
   *
   * @returns how many bonds there are; where that is more than there is room for, the bonds are not copied.
   */
  copyTo(n: number, { block, column, value }: ResultMemory): number {
    const { u8, u16 } = this.#refreshed()
    const stored = this.#at(HEADER.stored)
    block.set(part(u8, this.#at(HEADER.results), resultBytes(n)))
    if (stored > column.length) return stored
    column.set(part(u16, this.#at(HEADER.storedColumn) / 2, stored))
    value.set(part(u16, this.#at(HEADER.storedValue) / 2, stored))
    return stored
  }

  #laneMatrix(n: number): LaneMatrix {
    const { u8, u16, u32, u64 } = this.#views
    const columnStart = slice(u32, this.#at(HEADER.columnStart) / 4, n + 1)
    const lanes = columnStart.at(-1) ?? 0
    return {
      n,
      columnStart,
      bonds: slice(u32, this.#at(HEADER.bonds32) / 4, lanes),
      laneUid: slice(u32, this.#at(HEADER.laneUid) / 4, this.#at(HEADER.rows)),
      laneOfEntry:
        this.#at(HEADER.isDense) === 1 ? null : slice(u16, this.#at(HEADER.laneOfEntry) / 2, lanes),
      largest: this.#isYuma3 ? null : slice(u64, this.#at(HEADER.largest) / 8, n),
      isSlow: slice(u8, this.#at(HEADER.isSlow), n),
      slowBonds: this.#at(HEADER.slowColumns) === 0 ? null : slice(u64, this.#at(HEADER.bonds64) / 8, lanes),
    }
  }

  #at(field: number): number {
    return this.#views.u32[HEADER_AT / 4 + field] ?? 0
  }

  /** Views of the memory, which are of no use any more once it has grown. */
  #refreshed(): Views {
    const { buffer } = this.#exports.memory
    if (this.#views.u8.buffer !== buffer) this.#views = viewsOf(buffer)
    return this.#views
  }
}

const WEIGHTS = { rowStart: HEADER.weightStart, column: HEADER.weightColumn, value: HEADER.weightValue }
const BONDS = { rowStart: HEADER.bondStart, column: HEADER.bondColumn, value: HEADER.bondValue }
const COLUMNS = (Object.keys(INPUTS) as (keyof typeof INPUTS)[]).map((name) => {
  const [element, field] = INPUTS[name]
  return { slot: HEADER[name], element, field, bytes: VIEWS[element].BYTES_PER_ELEMENT }
})

type Views = { readonly [E in Element]: InstanceType<(typeof VIEWS)[E]> }

function viewsOf(buffer: ArrayBuffer): Views {
  return Object.fromEntries(
    Object.entries(VIEWS).map(([element, View]) => [element, new View(buffer)]),
  ) as unknown as Views
}

function slice<T extends { slice(from: number, to: number): T }>(view: T, from: number, length: number): T {
  return view.slice(from, from + length)
}

function part<T extends { subarray(from: number, to: number): T }>(view: T, from: number, length: number): T {
  return view.subarray(from, from + length)
}
