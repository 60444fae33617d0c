import { keyPairFromUri } from 'subnetkit/crypto'
import type { Played } from 'subnetkit/mechanism'
import { LocalNetwork } from 'subnetkit/network'
import { answerTo, replayRound } from 'subnetkit/neuron'
import { atMiner } from 'subnetkit/synapse'
import { expect, test } from 'vitest'
import { market } from '../../examples/agents/market.js'
import { Agents } from '../../examples/agents/mechanism.js'
import { betterAgent } from '../../examples/agents/miners/agents.js'
import { artefactOf, repairing } from '../../examples/agents/miners/serving.js'
import { repair } from '../../examples/agents/protocol.js'
import { isServed } from '../../examples/agents/trial.js'

/** The market, which shows what its rounds were given. */
class Shown extends Agents {
  readonly given: Played<Agents>[] = []

  override score(round: Played<Agents>) {
    this.given.push(round)
    return super.score(round)
  }
}

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

test('what a customer buys is what the agent gives, and a miner that sells something else after its turn loses pay', {
  timeout: 120_000,
}, async () => {
  const mechanism = new Shown()
  const repaired = repairing(betterAgent)
  let isTurn = true
  await using network = await LocalNetwork.start({
    mechanism,
    miners: [
      {
        name: 'lapsed',
        artefacts: artefactOf(betterAgent),
        answers: [
          answerTo(repair, async (asked, { clock }) =>
            isTurn ? await repaired(asked, clock) : { source: asked.source, tokens: 0 },
          ),
        ],
      },
    ],
    validators: [{ ...market.validator, name: 'shop', customers: {} }],
    onRound: async (record) => {
      expect((await replayRound(new Agents(), record)).scores).toEqual(record.outcome.scores)
    },
  })
  for await (const _ of network.epochs({ count: 3 }));
  const { hotkey, customers } = network.validator('shop')
  const shop = { hotkey, ...(customers?.address ?? { host: '', port: 0 }) }
  const [miner] = network.neurons
  const buyer = network.dendrite(keyPairFromUri('//Buyer'))
  const buy = async () => {
    const order = { miner: miner?.hotkey ?? '', request }
    const bought = await network.run(buyer.call(atMiner(repair), shop, order, { timeoutMs: 20_000 }))
    for await (const _ of network.epochs({ count: 1 }));
    const { sales, state } = mechanism.given.findLast((one) => one.sales.length > 0) ?? {
      sales: [],
      state: undefined,
    }
    return { bought, sold: sales.map(isServed), served: Object.values(state?.served ?? {}) }
  }
  const first = await buy()
  expect(first).toMatchObject({ sold: [true], served: [1] })
  expect(first.bought).toMatchObject({ answer: { source: expect.stringContaining('item > k') } })
  isTurn = false
  expect(await buy()).toMatchObject({ bought: { answer: { tokens: 0 } }, sold: [false] })
  expect(mechanism.given.at(-1)?.state.served[miner?.hotkey ?? '']).toBe(0.85)
})
