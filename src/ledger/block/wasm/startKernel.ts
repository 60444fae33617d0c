import { powRatioE18 } from '../../../math/index.js'
import { wasmBase64 } from './binary.js'
import type { KernelExports } from './KernelExports.js'

/** The part of the WebAssembly interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/**
 * Starts the code, with a memory of its own.
 *
 * @param base64 - the code; by default what the package brings.
 * @returns null where there is no code, no WebAssembly, or none that takes this code at once: whoever asks does the same work without it.
 * PERF: a few hundred microseconds.
 */
export function startKernel(base64: string | null = wasmBase64): KernelExports | null {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyLike }
  const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
  if (base64 === null || WebAssembly === undefined || !isLittleEndian) return null
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  try {
    const module = new WebAssembly.Module(bytes)
    return new WebAssembly.Instance(module, { host: { powRatioE18 } }).exports as KernelExports
  } catch {
    return null
  }
}
