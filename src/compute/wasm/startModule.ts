import { DeviceUnavailableError } from '../deviceErrors.js'

/** What the code offers: addresses and sizes are whole numbers, `f32` matrices lie in spread rows (see `spreadRows`). */
export interface ComputeExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  /** First address that is free. */
  heapStart(): number
  /** Moves rows that lie one after the other to a stride of whole groups of four, with zeros in what is over. */
  spreadRows(matrix: number, rows: number, columns: number): void
  /** The way back. */
  joinRows(matrix: number, rows: number, columns: number): void
  /** Not 0 when a value is not finite; or, where `positive` is not 0, below 0. */
  hasFault(values: number, length: number, positive: number): number
  matVec(matrix: number, vector: number, wide: number, out: number, rows: number, columns: number): void
  vecMat(matrix: number, vector: number, sums: number, out: number, rows: number, columns: number): void
  normaliseRows(matrix: number, rows: number, columns: number): void
  normaliseColumns(matrix: number, sums: number, rows: number, columns: number): void
  clipColumns(matrix: number, bounds: number, rows: number, columns: number): void
  weightedMedians(
    scores: number,
    stakes: number,
    tile: number,
    out: number,
    rows: number,
    columns: number,
    minority: bigint,
  ): void
  ema(previous: number, next: number, length: number, rate: number): void
  topKRows(
    matrix: number,
    keys: number,
    indices: number,
    values: number,
    rows: number,
    columns: number,
    k: number,
  ): void
  rankRows(matrix: number, keys: number, rows: number, columns: number): void
  cosineRows(matrix: number, lengths: number, out: number, rows: number, columns: number): void
}

/** The part of the WebAssembly interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyLike {
  instantiate(bytes: Uint8Array): Promise<{ readonly instance: { readonly exports: unknown } }>
}

/** How the code is had; replaced in tests. */
export interface WasmOptions {
  /** The code in base64, or null where it was not compiled. Default: what the package brings. */
  readonly loadCode?: () => Promise<string | null>
}

/**
 * Loads and starts the code, with a memory of its own.
 *
 * @throws DeviceUnavailableError where there is no code, no WebAssembly, or none with 128-bit instructions.
 */
export async function startModule(options: WasmOptions = {}): Promise<ComputeExports> {
  const { loadCode = packagedCode } = options
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyLike }
  if (WebAssembly === undefined) throw unavailable('this runtime has no WebAssembly')
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw unavailable('this machine is big-endian')
  const code = await loadCode()
  if (code === null) throw unavailable('its code was not compiled into these sources')
  try {
    const bytes = Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0))
    return (await WebAssembly.instantiate(bytes)).instance.exports as ComputeExports
  } catch (cause) {
    throw unavailable('this runtime refuses its code', cause)
  }
}

/** Read when it is first needed: who only uses another backend does not load it. */
async function packagedCode(): Promise<string | null> {
  return (await import('./binary.js')).wasmBase64
}

function unavailable(why: string, cause?: unknown): DeviceUnavailableError {
  return new DeviceUnavailableError({ kind: 'wasm', why, cause })
}
