import { keyPairFromUri } from 'subnetkit/crypto'
import type { Played, RoundRecord } from 'subnetkit/mechanism'
import { LocalNetwork } from 'subnetkit/network'
import { replayRound } from 'subnetkit/neuron'
import { expect, test } from 'vitest'
import { seatOf } from '../../examples/support/marketRun.js'
import { Text } from '../../examples/text/mechanism.js'
import { honest } from '../../examples/text/miners.js'
import { textModel } from '../../examples/text/model.js'
import { complete } from '../../examples/text/protocol.js'

/** The market, which shows what its rounds were given. */
class Shown extends Text {
  readonly given: Played<Text>[] = []

  override score(round: Played<Text>) {
    this.given.push(round)
    return super.score(round)
  }
}

test('a customer buys the text of the model, and it is judged with those of the next round', async () => {
  const mechanism = new Shown()
  const records: RoundRecord[] = []
  await using network = await LocalNetwork.start({
    mechanism,
    miners: honest.map(({ name, spec }) => ({ ...spec(seatOf(name, 'customers')), name })),
    validators: [{ name: 'shop', customers: {} }],
    onRound: (record) => void records.push(record),
  })
  const { hotkey, customers } = network.validator('shop')
  expect(customers).toBeDefined()
  const shop = { hotkey, ...(customers?.address ?? { host: '', port: 0 }) }
  const request = { prompt: 'The captain', seed: 3, tokens: 40 }
  const bought = await network.run(
    (async () => {
      let text = ''
      const parts = network
        .dendrite(keyPairFromUri('//Buyer'))
        .stream(complete, shop, request, { timeoutMs: 3_000 })
      for await (const part of parts) text += part.text
      return text
    })(),
  )
  let written = ''
  for await (const { symbol } of (await textModel()).write(request)) written += symbol
  expect(bought).toBe(written)

  for await (const _ of network.epochs({ count: 2 }));
  const sold = mechanism.given.flatMap(({ texts, checks, ownCount }) =>
    texts.slice(ownCount).map((text, at) => ({ ...text, check: checks[ownCount + at] })),
  )
  expect(sold).toMatchObject([{ request, reply: { status: 'ok' }, check: { misses: new Array(40).fill(0) } }])

  expect(records.length).toBe(mechanism.given.length)
  for (const record of records) {
    expect((await replayRound(new Text(), record)).scores).toEqual(record.outcome.scores)
  }
})
