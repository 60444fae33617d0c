// Buys a forecast of the next hour from whichever miner is best: npm run example -- examples/prices/buyer.ts
import { sleep } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { LocalNetwork } from 'subnetkit/network'
import { Router } from 'subnetkit/router'
import { seatOf } from '../support/marketRun.js'
import { PricePaths } from './mechanism.js'
import { miners } from './miners.js'
import { paths, STEPS } from './protocol.js'
import { startPrice } from './series.js'

const cast = miners.filter(({ is }) => is === 'honest')
await using network = await LocalNetwork.start({
  mechanism: new PricePaths(),
  miners: cast.map(({ name, spec }) => ({ ...spec(seatOf(name, 'buyer')), name })),
  validators: 1,
  time: 'real',
})
await sleep(network.clock, 2_000) // until somebody is paid
// On somebody else's chain begin here, with a chain and the number of the subnet.
const { chain, netuid } = network
const dendrite = network.dendrite(keyPairFromUri('//Buyer'))
// What each asks for a forecast, by slot: the better one three times as much.
const price = ({ uid = 0 }) => (uid === 1 ? 0.03 : 0.01)
const router = await Router.start({ dendrite, candidates: () => chain.metagraph(netuid), price })

const { number: startsAt } = await chain.head()
const bought = await router.call(paths, { startsAt }, { timeoutMs: 3_000 })
if (bought.status !== 'ok') throw new Error(`${bought.status}: ${bought.reason}`)
const { hotkey, elapsedMs, attempts, answer } = bought
const seller = (await chain.metagraph(netuid)).rows().find((row) => row.hotkey === hotkey)
console.log(`From ${startPrice(startsAt).toFixed(0)} on, by ${hotkey}:`)
for (let step = 0; step < STEPS; step++) {
  const prices = answer.paths.map((path) => startPrice(startsAt) * Math.exp((path[step] ?? 0) / 1e6))
  const [low, high] = [3, 60].map((nth) => prices.toSorted((a, b) => a - b)[nth]?.toFixed(0))
  console.log(`after ${5 * (step + 1)} minutes, in nine cases of ten ${low} to ${high}`)
}
const { uid = 0 } = seller ?? {}
console.log(`At its price of ${price({ uid })} TAO, in ${elapsedMs.toFixed(0)} ms, ${attempts.length} asked.`)
await router.close()
