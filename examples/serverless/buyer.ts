// Invokes an application of the miner that is best for its price: npm run example -- examples/serverless/buyer.ts sort
import { keyPairFromUri } from 'subnetkit/crypto'
import { LocalNetwork } from 'subnetkit/network'
import { Router } from 'subnetkit/router'
import { seatOf } from '../support/marketRun.js'
import { Serverless } from './mechanism.js'
import { invoke, MOST_STEPS, offer } from './protocol.js'
import { answersOf } from './work.js'

const selling = (name: string, speed: number, stepRao: number) => ({
  name,
  answers: answersOf({ speed, stepRao, memoryMiB: 8, serves: 'anybody' }, seatOf(name, 'buyer').random),
})
const miners = [selling('dear', 2, 900), selling('usual', 1, 300), selling('slow', 0.5, 200)]
const validators = [{ name: 'desk', roundBlocks: 10 }]
await using network = await LocalNetwork.start({ mechanism: new Serverless(), miners, validators })
for await (const _ of network.epochs({ count: 3 })); // by then the desk has told what is to be warm
// On a chain of somebody else's this is all that a buyer needs: a client, and the metagraph.
const dendrite = network.dendrite(keyPairFromUri('//Buyer'))
const { hotkey: hotkeys, axon } = (await network.metagraph()).columns
const targets = hotkeys.flatMap((hotkey, uid) => (axon[uid] ? [{ hotkey, ...axon[uid] }] : []))
const told = await network.run(dendrite.callAll(offer, targets, {}, { timeoutMs: 1_000 }))
const offers = told.map((one) => (one.status === 'ok' ? one.answer : { stepRao: 1e9, warm: [] }))
const candidates = targets.map((one, at) => ({ ...one, price: offers[at]?.stepRao ?? 1e9 }))
const router = await Router.start({ dendrite, candidates, clock: network.clock })
const wanted = process.argv[2] ?? 'text'
const app = offers.flatMap(({ warm }) => warm).find(({ kind }) => kind === wanted)
if (app === undefined) throw new Error(`No miner has ${wanted} warm.`)
const stream = router.stream(invoke, { ...app, value: 7, steps: MOST_STEPS }, { timeoutMs: 2_000 })
await network.run(print())
for (const { hotkey, chunks } of stream.parts.filter(({ chunks }) => chunks > 0)) {
  const { price = 0 } = candidates.find((one) => one.hotkey === hotkey) ?? {}
  const name = network.neurons.find((one) => one.hotkey === hotkey)?.name
  console.log(`${chunks} steps of ${wanted} by ${name}, for ${chunks * price} rao`)
}
await router.close()

async function print(): Promise<void> {
  for await (const { value } of stream) console.log(value)
}
