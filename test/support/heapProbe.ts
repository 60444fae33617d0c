// Prints how many bytes of heap 1,000 epochs leave behind, for a session and for a reused output; needs --expose-gc.
import { YumaConsensus } from '../../src/engine/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { largeNetwork } from '../property/largeNetworks.js'

const random = new SeededRandom('heap')
const networks = Array.from({ length: 4 }, () => largeNetwork(random))
const { params } = networks[0]!
const yuma = new YumaConsensus(params, { reuseOutput: true })
const session = yuma.session()

function used(): number {
  for (let k = 0; k < 4; k++) globalThis.gc!()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function growth(run: (k: number) => unknown): number {
  for (let k = 0; k < 2_000; k++) run(k)
  const before = used()
  for (let k = 0; k < 5_000; k++) run(k)
  return Math.round((used() - before) / 5)
}

const reused = growth((k) => yuma.run(networks[k % networks.length]!.input))
const kept = growth(() => session.run(networks[0]!.input))
process.stdout.write(`${JSON.stringify({ reused, kept })}\n`)
