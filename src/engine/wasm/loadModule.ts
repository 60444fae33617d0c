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

/** Why the engine cannot be used here; `null` where nothing stands in its way so far. */
export function wasmObstacle(): string | null {
  if (wasmBase64 === null) return 'the WebAssembly engine was not compiled into these sources'
  if (webAssembly() === undefined) return 'this runtime has no WebAssembly'
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) return 'this machine is big-endian'
  return null
}

// Compiled code never changes: one copy serves all instances.
let compiled: object | undefined

let shared: EpochExports | undefined

/**
 * The engine that all epochs without state of their own share: one runs at a time, and results are copied out.
 *
 * @throws EngineUnavailableError where WebAssembly, or the 128-bit instructions it uses, are missing.
 */
export function sharedInstance(): EpochExports {
  shared ??= instantiate()
  return shared
}

/**
 * Starts an engine of its own memory.
 *
 * @throws EngineUnavailableError where WebAssembly, or the 128-bit instructions it uses, are missing.
 * PERF: compiling takes milliseconds, once; an instance takes 4 MiB.
 */
export function instantiate(): EpochExports {
  const obstacle = wasmObstacle()
  if (obstacle !== null) throw new EngineUnavailableError({ reason: obstacle })
  const { Module, Instance } = webAssembly()!
  try {
    compiled ??= new Module(bytesOf(wasmBase64!))
    return new Instance(compiled).exports as EpochExports
  } catch (cause) {
    throw new EngineUnavailableError({ reason: 'this runtime refuses its code', cause })
  }
}

/**
 * The compiled code, to be handed to a thread, which shares it.
 *
 * @throws EngineUnavailableError where WebAssembly, or the 128-bit instructions it uses, are missing.
 */
export function compiledModule(): object {
  sharedInstance()
  return compiled!
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
 */
export async function loadWasmEngine(): Promise<void> {
  const obstacle = wasmObstacle()
  if (obstacle !== null) throw new EngineUnavailableError({ reason: obstacle })
  try {
    compiled ??= await webAssembly()!.compile(bytesOf(wasmBase64!))
  } catch (cause) {
    throw new EngineUnavailableError({ reason: 'this runtime refuses its code', cause })
  }
}

function webAssembly(): WebAssemblyLike | undefined {
  return (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}
