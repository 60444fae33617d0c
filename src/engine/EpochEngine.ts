import { type EpochInput, type EpochOutput, type EpochParams, runEpoch } from '../consensus/index.js'
import { checkEpochInput, hasEpochShape } from './checks.js'
import type { EngineInfo, EngineName, LastRun } from './engineInfo.js'
import { EngineUnavailableError } from './wasm/EngineUnavailableError.js'
import type { WasmPath } from './wasm/paramsBlock.js'
import { reusedMemory } from './wasm/results.js'
import { WasmEpoch } from './wasm/WasmEpoch.js'

/** How an engine computes; everything is checked already. */
export interface EngineChoice {
  readonly engine: 'auto' | EngineName
  readonly path: WasmPath
  readonly reuseOutput: boolean
}

/** What computes epochs, for a `YumaConsensus` or for a session: WebAssembly as far as it goes, the plain epoch otherwise. */
export class EpochEngine {
  readonly #params: EpochParams
  readonly #wasm: WasmEpoch | null
  readonly #fallback: string | null
  readonly #memoryFor: ReturnType<typeof reusedMemory> | null
  #lastRun: LastRun | null = null

  /** @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here. */
  constructor(params: EpochParams, { engine, path, reuseOutput }: EngineChoice) {
    this.#params = params
    const chosen = engine === 'plain' ? null : startWasm(params, path)
    if (engine === 'wasm' && chosen instanceof EngineUnavailableError) throw chosen
    const wasm = chosen instanceof WasmEpoch ? chosen : null
    this.#wasm = wasm
    this.#fallback = chosen instanceof EngineUnavailableError ? chosen.reason : null
    this.#memoryFor = wasm !== null && reuseOutput ? reusedMemory((n) => wasm.rawBonds(n)) : null
  }

  get info(): EngineInfo {
    return {
      engine: this.#wasm === null ? 'plain' : 'wasm',
      fallback: this.#fallback,
      lastRun: this.#lastRun,
    }
  }

  /** Computes one epoch. */
  run(input: EpochInput): EpochOutput {
    const wasm = this.#wasm
    if (wasm === null) {
      checkEpochInput(input)
      return this.#runPlain(input, this.#fallback)
    }
    if (!hasEpochShape(input)) checkEpochInput(input)
    const refusal = wasm.compute(input)
    if (refusal !== null) {
      checkEpochInput(input)
      return this.#runPlain(input, refusal)
    }
    this.#lastRun = { engine: 'wasm', ...wasm.lastRun() }
    if (this.#memoryFor === null) return wasm.output(input.n)
    const { memory, output } = this.#memoryFor(input.n, wasm.storedBonds())
    wasm.copyTo(input.n, memory)
    return output
  }

  #runPlain(input: EpochInput, fallback: string | null): EpochOutput {
    this.#lastRun = { engine: 'plain', fallback }
    return runEpoch(input, this.#params)
  }
}

function startWasm(params: EpochParams, path: WasmPath): WasmEpoch | EngineUnavailableError {
  try {
    return new WasmEpoch(params, path)
  } catch (error) {
    if (error instanceof EngineUnavailableError) return error
    throw error
  }
}
