// Has a function that was to add up what is larger than k repaired, by the agent whose miner earns most.
import { keyPairFromUri } from 'subnetkit/crypto'
import { LocalNetwork } from 'subnetkit/network'
import { Router } from 'subnetkit/router'
import { atMiner } from 'subnetkit/synapse'
import { seatOf } from '../support/marketRun.js'
import { market } from './market.js'
import { repair } from './protocol.js'

const request = {
  source: `function f ( list , k ) {
let total = 0
for ( const item of list ) if ( item < k ) total = total + item
return total
}`,
  examples: [
    { list: [5, 1, 7], k: 3, gives: 12 },
    { list: [2, 2], k: 4, gives: 0 },
    { list: [9, -1, 4, 4], k: 3, gives: 17 },
  ],
}
const shops = ['shop-1', 'shop-2']
await using network = await LocalNetwork.start({
  mechanism: market.mechanism({ without: [] }),
  miners: market.miners.slice(0, 2).map(({ name, spec }) => ({ ...spec(seatOf(name, 'buyer')), name })),
  validators: shops.map((name) => ({ ...market.validator, name, customers: {} })),
})
for await (const _ of network.epochs({ count: 4 })); // until the agents have had their turns
const desks = shops.map((name) => network.validator(name))
const candidates = desks.flatMap(({ hotkey, customers }) =>
  customers ? { hotkey, ...customers.address } : [],
)
const dendrite = network.dendrite(keyPairFromUri('//Buyer'))
const router = await Router.start({ dendrite, candidates, clock: network.clock })
const [best] = (await network.metagraph()).rows().sort((a, b) => b.incentive - a.incentive)
const order = { miner: best?.hotkey ?? '', request }
const result = await network.run(router.call(atMiner(repair), order, { timeoutMs: 20_000 }))
if (result.status === 'ok') console.log(`${result.answer.source}\n\nfor ${result.answer.tokens} tokens`)
else console.error(`${result.status}: ${result.reason}`)
await router.close()
