import type { WasmRun } from './wasm/WasmEpoch.js'

/** What computes: plain TypeScript, or WebAssembly. Both give the same bits. */
export type EngineName = 'plain' | 'wasm'

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
