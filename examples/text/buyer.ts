// Buys a text of a validator and prints it as it is written: npm run example -- examples/text/buyer.ts "The captain"
import { randomInt } from 'node:crypto'
import { keyPairFromUri } from 'subnetkit/crypto'
import { LocalNetwork } from 'subnetkit/network'
import { seatOf } from '../support/marketRun.js'
import { Text } from './mechanism.js'
import { honest } from './miners.js'
import { complete } from './protocol.js'

const { argv, stdout } = process
const request = { prompt: argv[2] ?? 'The whale', seed: randomInt(2 ** 32), tokens: 64 }

await using network = await LocalNetwork.start({
  mechanism: new Text(),
  miners: honest.map(({ name, spec }) => ({ ...spec(seatOf(name, 'buyer')), name })),
  validators: [{ name: 'shop', customers: {} }],
  time: 'real',
})
// On a chain of somebody else's this is all that a buyer needs: the hotkey of a validator, and where it serves customers.
const { hotkey, customers } = network.validator('shop')
if (customers === undefined) throw new Error('The shop is closed.')
const shop = { hotkey, ...customers.address }

const buyer = network.dendrite(keyPairFromUri('//Buyer'))
stdout.write(request.prompt)
for await (const { text } of buyer.stream(complete, shop, request, { timeoutMs: 3_000 })) stdout.write(text)
stdout.write('\n')
