import { keyPairFromUri } from 'subnetkit/crypto'
import { SeededRandom } from 'subnetkit/math'
import type { Played, RoundRecord } from 'subnetkit/mechanism'
import { LocalNetwork } from 'subnetkit/network'
import { replayRound } from 'subnetkit/neuron'
import { atMiner, type Synapse } from 'subnetkit/synapse'
import { expect, test } from 'vitest'
import { drawVectors, isProduct } from '../../examples/rental/matrices.js'
import { Rental } from '../../examples/rental/mechanism.js'
import { honest } from '../../examples/rental/miners.js'
import { describe, LEASE_RUNS, rent, run, workOf } from '../../examples/rental/protocol.js'
import { seatOf } from '../../examples/support/marketRun.js'

/** The market, which shows what its rounds were given. */
class Shown extends Rental {
  readonly given: Played<Rental>[] = []

  override score(round: Played<Rental>) {
    this.given.push(round)
    return super.score(round)
  }
}

test('a customer rents a card through a validator, and what it ran there is judged with the next round', async () => {
  const mechanism = new Shown()
  const records: RoundRecord[] = []
  await using network = await LocalNetwork.start({
    mechanism,
    miners: honest.map(({ name, spec }) => ({ ...spec(seatOf(name, 'customers')), name })),
    validators: [{ name: 'shop', customers: {}, roundBlocks: 10 }],
    onRound: (record) => void records.push(record),
  })
  const { hotkey, customers } = network.validator('shop')
  const shop = { hotkey, ...(customers?.address ?? { host: '', port: 0 }) }
  const miner = network.neurons[0]?.hotkey ?? ''
  const buyer = network.dendrite(keyPairFromUri('//Buyer'))
  const vectors = drawVectors(new SeededRandom('buyer'))

  async function buy<Request, Answer>(synapse: Synapse<Request, Answer>, request: Request): Promise<Answer> {
    const result = await network.run(buyer.call(atMiner(synapse), shop, { miner, request }))
    return result.status === 'ok' ? result.answer : expect.fail(`${synapse.name}: ${result.status}`)
  }
  const { model, cards } = await buy(describe, {})
  const [card = ''] = cards
  // Cards that are rented together are granted together, and run together.
  const both = (await buy(rent, { cards })).lease ?? expect.fail('no lease')
  expect(await buy(run, { lease: both, model, seeds: [1] })).toEqual({ products: null })
  const { products } = await buy(run, { lease: both, model, seeds: [1, 2] })
  expect(products?.map((one, at) => isProduct(one, workOf(model, at + 1), vectors))).toEqual([true, true])
  expect((await buy(run, { lease: both, model, seeds: [3, 4] })).products).toHaveLength(2)
  expect((await buy(rent, { cards: [card, 'GPU-00000000'] })).lease).toBeNull()
  const lease = (await buy(rent, { cards: [card] })).lease ?? expect.fail('no lease')
  // While it is let nobody else has it: whoever comes waits, here until its time is over.
  const other = buyer.call(atMiner(rent), shop, { miner, request: { cards: [card] } }, { timeoutMs: 300 })
  expect((await network.run(other)).status).toBe('timeout')
  for (let seed = 0; seed < LEASE_RUNS; seed++) {
    const { products } = await buy(run, { lease, model, seeds: [seed] })
    expect(products?.map((one) => isProduct(one, workOf(model, seed), vectors))).toEqual([true])
  }
  expect(await buy(run, { lease, model, seeds: [9] })).toEqual({ products: null })

  for await (const _ of network.epochs({ count: 3 }));
  const sold = mechanism.given.flatMap((round) => round.sold)
  expect(sold).toHaveLength(1) // of each miner one in a round
  expect(sold[0]).toMatchObject({ hotkey: miner, reply: { status: 'ok' } })
  // Nothing was wrong with it, and no rental failed: nobody owes anything.
  const { state } = network.validator('shop')
  expect(Object.values(state).map(({ deposit }) => deposit > 0)).toEqual([true, true])
  for (const record of records)
    expect((await replayRound(new Rental(), record)).scores).toEqual(record.outcome.scores)
})
