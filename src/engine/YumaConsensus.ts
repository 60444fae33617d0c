import { made } from '../checks/index.js'
import type { EpochInput, EpochOutput, EpochParams, SparseRows } from '../consensus/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { checkEpochParams } from './checkEpochParams.js'
import { assertKnown, checkRows } from './checks.js'
import { EpochEngine } from './EpochEngine.js'
import { EpochSession } from './EpochSession.js'
import type { EngineInfo, EngineName } from './engineInfo.js'
import type { WasmPath } from './wasm/paramsBlock.js'

/** How a `YumaConsensus` computes. */
export interface YumaConsensusOptions {
  /** `auto` (the default) takes WebAssembly where it can be used. */
  readonly engine?: 'auto' | EngineName
  /** Forces one way through the WebAssembly engine, for tests and measurements; the results are the same. */
  readonly path?: WasmPath
  /**
   * Whether each result uses the memory of the one before, which saves its allocation: it holds until the next run, of
   * which its bonds and permits may be an input. The plain engine makes each result anew.
   */
  readonly reuseOutput?: boolean
}

const ENGINES: readonly unknown[] = ['auto', 'plain', 'wasm']
const OPTIONS = ['engine', 'path', 'reuseOutput']
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
  readonly #options: Required<YumaConsensusOptions>
  readonly #engine: EpochEngine

  /**
   * @throws InvalidArgumentError naming the first parameter or option that is wrong (`params.kappaU16`).
   * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
   */
  constructor(params: EpochParams, options: YumaConsensusOptions = {}) {
    checkEpochParams(params)
    assertKnown(options, 'options', OPTIONS)
    this.params = Object.freeze({ ...params })
    const { engine = 'auto', path = 'auto', reuseOutput = false } = options
    assertOneOf(engine, ENGINES, 'options.engine')
    assertOneOf(path, PATHS, 'options.path')
    assertOneOf(reuseOutput, [true, false], 'options.reuseOutput')
    this.#options = { engine, path, reuseOutput }
    this.#engine = new EpochEngine(this.params, this.#options)
  }

  /** Which engine computes, why, and how the last epoch went. */
  get info(): EngineInfo {
    return this.#engine.info
  }

  /**
   * Computes one epoch. The input is checked in whole before any work, and never changed.
   *
   * Inputs beyond the bounds of WebAssembly (rows that name a target twice, for one) are computed by the plain engine;
   * `info.lastRun` says so.
   *
   * @throws InvalidArgumentError naming the first field that is wrong (`input.lastUpdate[3]`).
   * @throws ShapeError when a column's length is not n, or a matrix does not have n rows.
   * PERF: the checks read every column once. `raw.bonds` are mostly put together when they are first read.
   */
  run(input: EpochInput): EpochOutput {
    return this.#engine.run(input)
  }

  /**
   * Starts a run of epochs of one network that hand their bonds on to each other, in memory that is used again.
   *
   * @param bonds - what the first epoch starts from; none unless given.
   * @throws InvalidArgumentError, ShapeError naming the part of `bonds` that is wrong.
   * PERF: each epoch costs what `run` with `reuseOutput` does.
   */
  session(bonds?: SparseRows): EpochSession {
    if (bonds !== undefined) checkRows(bonds, 'bonds')
    const { engine, path } = this.#options
    return new EpochSession(made, new EpochEngine(this.params, { engine, path, reuseOutput: true }), bonds)
  }
}

function assertOneOf(value: unknown, allowed: readonly unknown[], field: string): void {
  if (allowed.includes(value)) return
  throw new InvalidArgumentError({ field, value, remedy: `Pass ${allowed.join(', ')}.` })
}
