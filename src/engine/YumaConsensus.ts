import { type EpochInput, type EpochOutput, type EpochParams, runEpoch } from '../consensus/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { checkEpochInput, checkEpochParams, hasEpochShape } from './checks.js'
import { EngineUnavailableError } from './wasm/EngineUnavailableError.js'
import type { WasmPath } from './wasm/paramsBlock.js'
import { WasmEpoch, type WasmRun } from './wasm/WasmEpoch.js'

/** What computes: plain TypeScript, or WebAssembly. Both give the same bits. */
export type EngineName = 'plain' | 'wasm'

/** How a `YumaConsensus` computes. */
export interface YumaConsensusOptions {
  /** `auto` (the default) takes WebAssembly where it can be used. */
  readonly engine?: 'auto' | EngineName
  /** Forces one way through the WebAssembly engine, for tests and measurements; the results are the same. */
  readonly path?: WasmPath
}

/** Which engine computes, and why. */
export interface EngineInfo {
  readonly engine: EngineName
  /** Why it is not WebAssembly although nobody asked for the plain engine; `null` otherwise. */
  readonly fallback: string | null
  /** How the last epoch was computed; `null` before the first. */
  readonly lastRun: LastRun | null
}

/** How one epoch was computed. */
export type LastRun =
  | { readonly engine: 'plain'; readonly fallback: string | null }
  | ({ readonly engine: 'wasm' } & WasmRun)

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
  #lastRun: LastRun | null = null

  /**
   * @throws InvalidArgumentError naming the first parameter or option that is wrong (`params.kappaU16`).
   * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
   */
  constructor(params: EpochParams, options: YumaConsensusOptions = {}) {
    checkEpochParams(params)
    this.params = Object.freeze({ ...params })
    const { engine = 'auto', path = 'auto' } = options
    assertOneOf(engine, ENGINES, 'options.engine')
    assertOneOf(path, PATHS, 'options.path')
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
    return this.#wasm.output(input.n)
  }

  #runPlain(input: EpochInput, fallback: string | null): EpochOutput {
    this.#lastRun = { engine: 'plain', fallback }
    return runEpoch(input, this.params)
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
