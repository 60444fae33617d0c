import {
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  emptySparseRows,
  runEpoch,
  type SparseRows,
} from '../consensus/index.js'
import { checkEpochInput, hasEpochShape, hasSessionShape, MAX_ENTRIES, type SessionInput } from './checks.js'
import type { EngineInfo, EngineName, LastRun } from './engineInfo.js'
import { EngineUnavailableError } from './wasm/EngineUnavailableError.js'
import { instantiate } from './wasm/loadModule.js'
import { OutputBuffers } from './wasm/OutputBuffers.js'
import type { WasmPath } from './wasm/paramsBlock.js'
import { WasmEpoch } from './wasm/WasmEpoch.js'

/** How an engine computes; everything is checked already. */
export interface EngineChoice {
  readonly engine: 'auto' | EngineName
  readonly path: WasmPath
  readonly reuseOutput: boolean
  /** Whether the bonds of an epoch stay with the engine for the next one, as far as it can hold them. */
  readonly keepsBonds: boolean
}

/** What computes epochs, for a `YumaConsensus` or for a session: WebAssembly as far as it goes, the plain epoch otherwise. */
export class EpochEngine {
  readonly #params: EpochParams
  readonly #wasm: WasmEpoch | null
  readonly #fallback: string | null
  readonly #buffers: OutputBuffers | undefined
  #lastRun: LastRun | null = null

  /** @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here. */
  constructor(params: EpochParams, { engine, path, reuseOutput, keepsBonds }: EngineChoice) {
    this.#params = params
    this.#buffers = reuseOutput ? new OutputBuffers() : undefined
    const chosen = engine === 'plain' ? null : startWasm(params, path, keepsBonds)
    if (engine === 'wasm' && chosen instanceof EngineUnavailableError) throw chosen
    this.#wasm = chosen instanceof WasmEpoch ? chosen : null
    this.#fallback = chosen instanceof EngineUnavailableError ? chosen.reason : null
  }

  get info(): EngineInfo {
    return {
      engine: this.#wasm === null ? 'plain' : 'wasm',
      fallback: this.#fallback,
      lastRun: this.#lastRun,
    }
  }

  /** Computes one epoch from the bonds it is given. */
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
    return this.#wasmOutput(this.#wasm, input.n)
  }

  /**
   * Computes one epoch from the bonds of the one before, where the engine has kept them and this epoch can take them as they
   * are; `null` where it has to be handed them.
   */
  runNext(input: SessionInput): EpochOutput | null {
    if (this.#wasm === null || this.#wasm.keptNeurons === null) return null
    if (!hasSessionShape(input)) checkSessionInput(input)
    if (input.n !== this.#wasm.keptNeurons) return null
    if (this.#wasm.computeNext(input) !== null) {
      checkSessionInput(input)
      return null
    }
    return this.#wasmOutput(this.#wasm, input.n)
  }

  /** Whether the engine has kept the bonds of the last epoch. */
  get hasKeptBonds(): boolean {
    return this.#wasm !== null && this.#wasm.keptNeurons !== null
  }

  /** The bonds that `runNext` goes on from; `null` where the engine has kept none. */
  keptBonds(): SparseRows | null {
    return this.#wasm === null ? null : this.#wasm.keptBonds()
  }

  #wasmOutput(wasm: WasmEpoch, n: number): EpochOutput {
    this.#lastRun = { engine: 'wasm', ...wasm.lastRun() }
    return wasm.output(n, this.#buffers)
  }

  #runPlain(input: EpochInput, fallback: string | null): EpochOutput {
    this.#lastRun = { engine: 'plain', fallback }
    return runEpoch(input, this.#params)
  }
}

function checkSessionInput(input: SessionInput): void {
  const n = input?.n
  const rows = Number.isSafeInteger(n) && n >= 0 && n <= MAX_ENTRIES ? n : 0
  checkEpochInput({ ...input, bonds: emptySparseRows(rows) })
}

function startWasm(
  params: EpochParams,
  path: WasmPath,
  keepsBonds: boolean,
): WasmEpoch | EngineUnavailableError {
  try {
    const shared = new WasmEpoch(params, path)
    return keepsBonds ? keeping(params, path, shared) : shared
  } catch (error) {
    if (error instanceof EngineUnavailableError) return error
    throw error
  }
}

/** An engine whose memory is its own; where the runtime gives no more of it, the shared one, which keeps no bonds. */
function keeping(params: EpochParams, path: WasmPath, shared: WasmEpoch): WasmEpoch {
  try {
    return new WasmEpoch(params, path, instantiate())
  } catch (error) {
    if (error instanceof EngineUnavailableError) return shared
    throw error
  }
}
