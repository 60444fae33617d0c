// Rents a card of the best paid miner through a validator, checks what comes back, says what it cost: npm run example -- examples/rental/buyer.ts
import { randomBytes, randomInt } from 'node:crypto'
import { keyPairFromUri } from 'subnetkit/crypto'
import { SeededRandom } from 'subnetkit/math'
import { LocalNetwork } from 'subnetkit/network'
import { Router } from 'subnetkit/router'
import { atMiner, type Synapse } from 'subnetkit/synapse'
import { seatOf } from '../support/marketRun.js'
import { drawVectors, isProduct } from './matrices.js'
import { Rental } from './mechanism.js'
import { honest } from './miners.js'
import { describe, LEASE_RUNS, MODELS, rent, run, workOf } from './protocol.js'

const miners = honest.map(({ name, spec }) => ({ ...spec(seatOf(name, 'buyer')), name }))
const validators = [1, 2].map((nth) => ({ name: `shop ${nth}`, customers: {}, roundBlocks: 10 }))
await using network = await LocalNetwork.start({ mechanism: new Rental(), miners, validators, time: 'real' })
for await (const _ of network.epochs({ count: 3 })); // until somebody is paid
const serving = (await network.metagraph()).rows().filter(({ axon }) => axon !== null)
const [miner = ''] = serving.sort((a, b) => b.incentive - a.incentive).map(({ hotkey }) => hotkey)
const shops = validators.map(({ name }) => network.validator(name))
const candidates = shops.flatMap(({ hotkey, customers: c }) => (c ? [{ hotkey, ...c.address }] : []))
const router = await Router.start({ dendrite: network.dendrite(keyPairFromUri('//Buyer')), candidates })
async function buy<Request, Answer>(synapse: Synapse<Request, Answer>, request: Request) {
  const result = await router.call(atMiner(synapse), { miner, request })
  return result.status === 'ok' ? result : Promise.reject(new Error(`${synapse.name}: ${result.reason}`))
}
const { model, cards } = (await buy(describe, {})).answer
const { lease } = (await buy(rent, { cards: cards.slice(0, 1) })).answer
console.log(`${model} ${cards[0]} of ${miner}: ${lease === null ? 'not to be had' : 'rented'}`)
const vectors = drawVectors(new SeededRandom(randomBytes(32)))
let costRao = 0n
for (let nth = 1; lease !== null && nth <= LEASE_RUNS; nth++) {
  const work = workOf(model, randomInt(2 ** 32))
  const { answer, elapsedMs } = await buy(run, { lease, model, seeds: [work.seed] })
  const isRight = answer.products?.every((product) => isProduct(product, work, vectors)) ?? false
  if (isRight) costRao += MODELS[model].priceRao // what is wrong, or does not come, is not paid
  console.log(`heartbeat ${nth}: ${isRight ? 'right' : 'wrong'} product, after ${elapsedMs} ms`)
}
console.log(`It cost ${Number(costRao) / 1e9} TAO, for ${router.counters.attempts} requests.`)
await router.close()
