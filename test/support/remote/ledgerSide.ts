// Runs in the page, and in Node to compare with: a history of random calls on the ledger.
import { loadWasmEngine } from '../../../src/engine/index.js'
import { startKernel } from '../../../src/ledger/block/wasm/startKernel.js'
import { EconomyRun } from '../economy/EconomyRun.js'

/** What a history came to: the hash of every block, which covers its calls and the whole state, the bytes at its end, and on what it ran. */
export interface LedgerHistory {
  readonly hashes: readonly string[]
  readonly snapshot: readonly number[]
  readonly hasKernel: boolean
}

/** Makes blocks of random calls, a history for each seed, until so many calls were made. */
export async function historyOf(seed: string, calls: number): Promise<LedgerHistory> {
  // Browsers' main threads may refuse to compile at once.
  await loadWasmEngine()
  const run = new EconomyRun(seed)
  const hashes: string[] = []
  while (run.callCount < calls) hashes.push(run.next().made.header.hash)
  const snapshot = Array.from(run.ledger.snapshot())
  return { hashes, snapshot, hasKernel: startKernel() !== null }
}
