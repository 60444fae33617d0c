// Buys a text of a validator and prints it as it is written: npm run example -- examples/text/buyer.ts "The captain"
import { randomInt } from 'node:crypto'
import { keyPairFromUri } from 'subnetkit/crypto'
import { LocalNetwork } from 'subnetkit/network'
import { seatOf } from '../support/marketRun.js'
import { Text } from './mechanism.js'
import { honest } from './miners.js'
import { complete, MOST_SYMBOLS, MOST_TOKENS } from './protocol.js'
import { SYMBOLS } from './symbols.js'

const HELP = `Buys a text of a validator and prints it as it is written.

Usage: npm run example -- examples/text/buyer.ts [PROMPT]

PROMPT is how the text begins, up to ${MOST_SYMBOLS} letters; without it "The whale".`

const { argv, stdout } = process
const [prompt = 'The whale', ...more] = argv.slice(2)
const refused = refusal(prompt, more)
if (prompt === '--help' || prompt === '-h') console.log(HELP)
else if (refused === undefined) await buy(prompt)
else {
  console.error(refused)
  process.exitCode = 2
}

function refusal(prompt: string, more: readonly string[]): string | undefined {
  if (more.length > 0) return 'Give one prompt, in quotation marks. See --help.'
  if (prompt.startsWith('-')) return `${prompt} is no option. See --help.`
  const unknown = [...new Set(prompt)].filter((one) => !SYMBOLS.includes(one))
  if (prompt === '' || prompt.length > MOST_SYMBOLS)
    return `A prompt has 1 to ${MOST_SYMBOLS} letters. See --help.`
  if (unknown.length === 0) return undefined
  return `The model does not know ${unknown
    .slice(0, 10)
    .map((one) => JSON.stringify(one))
    .join(', ')}; write the prompt with ${SYMBOLS.trim()} and blanks.`
}

async function buy(prompt: string): Promise<void> {
  const request = { prompt, seed: randomInt(2 ** 32), tokens: MOST_TOKENS }
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
  stdout.write(prompt)
  for await (const { text } of buyer.stream(complete, shop, request, { timeoutMs: 3_000 })) stdout.write(text)
  stdout.write('\n')
}
