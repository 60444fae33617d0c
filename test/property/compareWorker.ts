// A thread of scripts/compareEngines.mjs: takes networks of a seed's series by a shared counter and compares the engines on them.
import { parentPort, workerData } from 'node:worker_threads'
import { rowsOf } from '../../src/consensus/index.js'
import { compare } from './compareEngines.js'
import { networkAt } from './networkAt.js'
import type { Network } from './randomNetworks.js'
import { shrinkNetwork } from './shrinkNetwork.js'

interface Order {
  readonly seed: string
  readonly networks: number
  /** Next index, networks done, whether to stop, epochs by WebAssembly, epochs left to the plain engine. */
  readonly counters: Int32Array
  /** Networks taken at once. */
  readonly chunk: number
}

/** A mismatch is made smaller for no longer than this. */
const SHRINK_MS = 10_000

const { seed, networks, counters, chunk }: Order = workerData

for (;;) {
  const first = Atomics.add(counters, 0, chunk)
  if (first >= networks) break
  for (let index = first; index < Math.min(first + chunk, networks); index++) {
    if (Atomics.load(counters, 2) === 1) break
    const { mismatch, byWasm, byPlain } = compare(networkAt(seed, index), index)
    Atomics.add(counters, 1, 1)
    Atomics.add(counters, 3, byWasm)
    Atomics.add(counters, 4, byPlain)
    if (mismatch === null) continue
    // The find first: making it smaller may take a while.
    parentPort!.postMessage({ index, ...mismatch })
    parentPort!.postMessage({ index, smallest: smallest(index) })
  }
  if (Atomics.load(counters, 2) === 1) break
}

function smallest(index: number): object {
  const endMs = performance.now() + SHRINK_MS
  const fails = (network: Network): boolean =>
    performance.now() < endMs && compare(network, index).mismatch !== null
  const { input, params } = shrinkNetwork(networkAt(seed, index), fails)
  const { weights, bonds, ...columns } = input
  return JSON.parse(
    JSON.stringify({ params, ...columns, weights: rowsOf(weights), bonds: rowsOf(bonds) }, (_, value) => {
      if (typeof value === 'bigint') return `${value}`
      return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>, String) : value
    }),
  )
}
