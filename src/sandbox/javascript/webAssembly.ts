import { assert } from '../../errors/index.js'

/** A compiled module; threads share it. */
export interface WasmModule {
  readonly [wasmModule]: true
}
declare const wasmModule: unique symbol

/** A memory of pages of 64 kB. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** A global variable that is exported. */
export interface WasmGlobal<V extends number | bigint = number> {
  value: V
}

/** The part of the WebAssembly interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyLike {
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown }
  readonly Memory: new (size: { initial: number; maximum: number }) => WasmMemory
  readonly RuntimeError: new () => Error
  compile(bytes: Uint8Array): Promise<WasmModule>
}

/** WebAssembly as the platform has it. */
export function webAssembly(): WebAssemblyLike {
  const found = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly
  assert(found !== undefined, 'There is no WebAssembly.')
  return found
}
