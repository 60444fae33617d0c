// Prints how many bytes of heap 1,000 epochs leave behind, for a session and for a reused output; needs --expose-gc.
import { YumaConsensus } from '../../src/engine/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { largeNetwork } from '../property/largeNetworks.js'

const random = new SeededRandom('heap')
const networks = Array.from({ length: 2 }, () => largeNetwork(random))
const { params } = networks[0]!
const yuma = new YumaConsensus(params, { reuseOutput: true })
const session = yuma.session()

function used(): number {
  for (let k = 0; k < 4; k++) globalThis.gc!()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The third lowest of nine rounds: a leak shows in each of them, what the runtime does meanwhile only in some. */
function growth(run: () => unknown): number {
  for (let k = 0; k < 12_000; k++) run()
  const rounds = Array.from({ length: 9 }, () => {
    const before = used()
    for (let k = 0; k < 2_000; k++) run()
    return Math.round((used() - before) / 2)
  })
  return rounds.sort((a, b) => a - b)[2]!
}

// Once for the runtime, which compiles and settles meanwhile, and once to measure.
growth(() => yuma.run(networks[1]!.input))
const kept = growth(() => session.run(networks[0]!.input))
const reused = growth(() => yuma.run(networks[1]!.input))
process.stdout.write(`${JSON.stringify({ reused, kept })}\n`)
