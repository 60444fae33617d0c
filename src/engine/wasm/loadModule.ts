import { assert } from '../../errors/index.js'
import { wasmBase64 } from './binary.js'
import { EngineUnavailableError } from './EngineUnavailableError.js'

/** The part of the WebAssembly interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
  compile(bytes: Uint8Array): Promise<object>
}

/** What the WebAssembly engine offers; addresses and lengths in its memory. */
export interface EpochExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** Places an input of this size; 0 where memory does not suffice. */
  prepare(n: number, weights: number, bonds: number): number
  /** Computes the input in memory; 0 when done, otherwise why not. */
  runEpoch(n: number, weights: number, bonds: number): number
}

// Compiled code never changes: one copy serves all instances.
let compiled: object | undefined

let shared: EpochExports | undefined

/**
 * The engine that all epochs share: one runs at a time, and results are copied out.
 *
 * @throws EngineUnavailableError where WebAssembly, or the 128-bit instructions it uses, are missing.
 * PERF: compiling takes milliseconds, once; the instance takes 4 MiB.
 */
export function sharedInstance(): EpochExports {
  if (shared !== undefined) return shared
  const { Module, Instance, bytes } = runtime()
  try {
    compiled ??= new Module(bytes())
    shared = new Instance(compiled).exports as EpochExports
    return shared
  } catch (cause) {
    throw refused(cause)
  }
}

/**
 * The compiled code, to be handed to a thread, which shares it.
 *
 * @throws EngineUnavailableError where WebAssembly, or the 128-bit instructions it uses, are missing.
 */
export function compiledModule(): object {
  sharedInstance()
  assert(compiled !== undefined, 'an instance has code')
  return compiled
}

/** Takes over code that another thread has compiled; it must be of the same build. */
export function adoptModule(module: object): void {
  compiled ??= module
}

/**
 * Compiles the WebAssembly engine without blocking, so that the first `YumaConsensus` finds it ready. Only needed where a
 * runtime refuses to compile at once (some browsers' main threads do for larger modules); elsewhere it saves the first run
 * a few milliseconds.
 *
 * @throws EngineUnavailableError where WebAssembly, or the 128-bit instructions it uses, are missing.
 *
 * @example
 * ```ts
 * import { loadWasmEngine, YumaConsensus } from 'subnetkit/engine'
 * import type { EpochParams } from 'subnetkit/consensus'
 *
 * async function inBrowser(params: EpochParams): Promise<YumaConsensus> {
 *   await loadWasmEngine()
 *   return new YumaConsensus(params)
 * }
 * ```
 */
export async function loadWasmEngine(): Promise<void> {
  const { compile, bytes } = runtime()
  try {
    compiled ??= await compile(bytes())
  } catch (cause) {
    throw refused(cause)
  }
}

/** WebAssembly, and the engine's code for it. @throws EngineUnavailableError where one of them is missing. */
function runtime(): WebAssemblyLike & { bytes(): Uint8Array } {
  const base64 = wasmBase64
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyLike }
  if (base64 === null) throw unavailable('the WebAssembly engine was not compiled into these sources')
  if (WebAssembly === undefined) throw unavailable('this runtime has no WebAssembly')
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw unavailable('this machine is big-endian')
  const { Module, Instance, compile } = WebAssembly
  const bytes = () => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  return { Module, Instance, compile, bytes }
}

function refused(cause: unknown): EngineUnavailableError {
  return unavailable('this runtime refuses its code', cause)
}

function unavailable(reason: string, cause?: unknown): EngineUnavailableError {
  return new EngineUnavailableError({ reason, cause })
}
