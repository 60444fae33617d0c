import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { sha256Hex } from '../../crypto/index.js'
import { meterModule } from '../meter/meterModule.js'
import { SandboxEngineError } from '../sandboxErrors.js'
import { type WasmModule, webAssembly } from './webAssembly.js'

/** The package that the engine is of, and its file. */
const PACKAGE = 'quickjs-wasi'
const FILE = `${PACKAGE}/quickjs.wasm`

/**
 * The engine that programs run in: QuickJS-ng in this very file. Outcomes and steps are the same wherever this is the same; whoever changes it changes
 * what programs score, on a day that all validators have to agree on.
 */
export const jsEngine = {
  package: `${PACKAGE}@3.7.0`,
  /** SHA-256 of the WebAssembly file, in hex. */
  digest: 'c0bd8f296e18cf074969f6401b9ecb72609a1323818ec2b9bf7a8f8d740d1363',
} as const

let compiled: Promise<WasmModule> | undefined

/**
 * The engine, metered and compiled, once per process; threads share it.
 *
 * @throws SandboxEngineError when the file is missing or another one.
 */
export function engineModule(): Promise<WasmModule> {
  compiled ??= compileEngine(readEngine).catch((error: unknown) => {
    // Whoever mends the installation need not start the process anew.
    compiled = undefined
    throw error
  })
  return compiled
}

/**
 * @param read - gives the engine's file.
 * @throws SandboxEngineError
 */
export async function compileEngine(read: () => Promise<Uint8Array>): Promise<WasmModule> {
  const bytes = await read().catch((cause: unknown) => {
    throw new SandboxEngineError({ why: 'cannot be read', cause })
  })
  const digest = sha256Hex(bytes)
  if (digest !== jsEngine.digest) {
    throw new SandboxEngineError({
      why: `is another file than that of ${jsEngine.package}: its digest is ${digest}`,
    })
  }
  return webAssembly().compile(meterModule(bytes))
}

async function readEngine(): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve(FILE))
}
