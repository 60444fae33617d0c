import {
  createEpochWorkspace,
  type EpochBuffers,
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  runEpoch,
  type SparseRows,
} from '../consensus/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { checkEpochInput, checkEpochParams, hasEpochShape } from './checks.js'
import { EpochSession } from './EpochSession.js'
import type { EngineInfo, EngineName, LastRun } from './engineInfo.js'
import { EngineUnavailableError } from './wasm/EngineUnavailableError.js'
import { OutputBuffers } from './wasm/OutputBuffers.js'
import type { WasmPath } from './wasm/paramsBlock.js'
import { WasmEpoch } from './wasm/WasmEpoch.js'

/** How a `YumaConsensus` computes. */
export interface YumaConsensusOptions {
  /** `auto` (the default) takes WebAssembly where it can be used. */
  readonly engine?: 'auto' | EngineName
  /** Forces one way through the WebAssembly engine, for tests and measurements; the results are the same. */
  readonly path?: WasmPath
  /**
   * Whether each result uses the memory of the one before, which saves its allocation: it holds until the next run.
   * The plain engine makes new results all the same.
   */
  readonly reuseOutput?: boolean
}

const ENGINES: readonly unknown[] = ['auto', 'plain', 'wasm']
const PATHS: readonly unknown[] = ['auto', 'dense', 'sparse', 'slow', 'sparseSlow']

/**
 * Yuma consensus with one set of parameters: epochs to the integer as the reference chain computes them.
 *
 * Holds no state between epochs: the bonds and permits of one output are inputs of the next, in the caller's hands.
 *
 * @example
 * ```ts
 * import { YumaConsensus } from 'subnetkit/engine'
 * import { type EpochInput, type EpochParams, rowsOf } from 'subnetkit/consensus'
 *
 * function storedBonds(input: EpochInput, params: EpochParams): [number, number][][] {
 *   const yuma = new YumaConsensus({ ...params, yuma3Enabled: true })
 *   return rowsOf(yuma.run(input).bonds)
 * }
 * ```
 */
export class YumaConsensus {
  readonly params: EpochParams
  readonly #wasm: WasmEpoch | null
  readonly #fallback: string | null
  readonly #options: YumaConsensusOptions
  readonly #buffers: OutputBuffers | undefined
  #workspace: EpochBuffers | null = null
  #lastRun: LastRun | null = null

  /**
   * @throws InvalidArgumentError naming the first parameter or option that is wrong (`params.kappaU16`).
   * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
   */
  constructor(params: EpochParams, options: YumaConsensusOptions = {}) {
    checkEpochParams(params)
    this.params = Object.freeze({ ...params })
    const { engine = 'auto', path = 'auto', reuseOutput = false } = options
    assertOneOf(engine, ENGINES, 'options.engine')
    assertOneOf(path, PATHS, 'options.path')
    assertOneOf(reuseOutput, [true, false], 'options.reuseOutput')
    this.#options = { ...options }
    this.#buffers = reuseOutput ? new OutputBuffers() : undefined
    const chosen = engine === 'plain' ? null : startWasm(this.params, path, engine === 'wasm')
    this.#wasm = chosen instanceof WasmEpoch ? chosen : null
    this.#fallback = chosen instanceof EngineUnavailableError ? chosen.reason : null
  }

  /** Which engine computes, why, and how the last epoch went. */
  get info(): EngineInfo {
    return {
      engine: this.#wasm === null ? 'plain' : 'wasm',
      fallback: this.#fallback,
      lastRun: this.#lastRun,
    }
  }

  /**
   * Computes one epoch. The input is checked in whole before any work, and never changed.
   *
   * Inputs beyond the bounds of WebAssembly (rows that name a target twice, for one) are computed by the plain engine;
   * `info.lastRun` says so.
   *
   * @throws InvalidArgumentError naming the first field that is wrong (`input.lastUpdate[3]`).
   * @throws ShapeError when a column's length is not n, or a matrix does not have n rows.
   * PERF: the checks read every column once. With WebAssembly `raw.bonds` is put together when it is first read.
   */
  run(input: EpochInput): EpochOutput {
    if (this.#wasm === null) {
      checkEpochInput(input)
      return this.#runPlain(input, this.#fallback)
    }
    if (!hasEpochShape(input)) checkEpochInput(input)
    const obstacle = this.#wasm.compute(input)
    if (obstacle !== null) {
      checkEpochInput(input)
      return this.#runPlain(input, obstacle)
    }
    this.#lastRun = { engine: 'wasm', ...this.#wasm.lastRun() }
    return this.#wasm.output(input.n, this.#buffers)
  }

  /**
   * Starts a run of epochs of one network that hand their bonds on to each other.
   *
   * @param bonds - what the first epoch starts from; none unless given.
   */
  session(bonds?: SparseRows): EpochSession {
    const yuma = new YumaConsensus(this.params, { ...this.#options, reuseOutput: true })
    return new EpochSession(yuma, bonds)
  }

  #runPlain(input: EpochInput, fallback: string | null): EpochOutput {
    this.#lastRun = { engine: 'plain', fallback }
    return runEpoch(input, this.params, this.#workspaceFor(input))
  }

  /** Memory of the plain engine, kept between epochs. */
  #workspaceFor({ n, weights, bonds }: EpochInput): EpochBuffers {
    const entries = Math.max(weights.column.length, bonds.column.length)
    const held = this.#workspace
    if (held !== null && held.n === n && held.entries >= entries) return held
    this.#workspace = createEpochWorkspace(n, entries)
    return this.#workspace
  }
}

function startWasm(
  params: EpochParams,
  path: WasmPath,
  isRequired: boolean,
): WasmEpoch | EngineUnavailableError {
  try {
    return new WasmEpoch(params, path)
  } catch (error) {
    if (isRequired || !(error instanceof EngineUnavailableError)) throw error
    return error
  }
}

function assertOneOf(value: unknown, allowed: readonly unknown[], field: string): void {
  if (allowed.includes(value)) return
  throw new InvalidArgumentError({ field, value, remedy: `Pass ${allowed.join(', ')}.` })
}
