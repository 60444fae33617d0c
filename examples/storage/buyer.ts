// Has a file kept by miners and gets it back: npm run example -- examples/storage/buyer.ts README.md
import { readFileSync } from 'node:fs'
import { keyPairFromUri } from 'subnetkit/crypto'
import { LocalNetwork } from 'subnetkit/network'
import { Router } from 'subnetkit/router'
import { seatOf } from '../support/marketRun.js'
import { fetchFile, storeFile } from './customer.js'
import { market } from './market.js'
import { BLOB_BYTES } from './protocol.js'

const [path = 'README.md'] = process.argv.slice(2)
const file = readFileSync(path)
const shops = ['north', 'south']
await using network = await LocalNetwork.start({
  mechanism: market.mechanism({ without: [] }),
  miners: market.miners
    .filter(({ is }) => is === 'honest')
    .map(({ name, spec }) => ({ ...spec(seatOf(name, 'buyer')), name })),
  validators: shops.map((name) => ({ name, customers: {} })),
  time: 'real',
})
// On a chain of somebody else's this is all that a buyer needs: hotkeys of validators, and where they serve customers.
const candidates = shops.map((name) => {
  const { hotkey, customers } = network.validator(name)
  return { hotkey, ...(customers?.address ?? { host: '127.0.0.1', port: 0 }) }
})
const dendrite = network.dendrite(keyPairFromUri('//Buyer'))
const router = await Router.start({ dendrite, candidates })
const startedMs = performance.now()
const seconds = (): string => ((performance.now() - startedMs) / 1_000).toFixed(1)

const receipt = await storeFile(router, file, 10_000)
console.log(`${seconds()} s: ${path}, ${file.length} bytes, is kept as ${receipt.places.length} blob(s).`)
const back = await fetchFile(router, receipt, 5_000)
console.log(`${seconds()} s: it came back ${file.equals(back) ? 'as it was' : 'changed'}.`)
const { calls, extraRequests } = router.counters
const kib = (3 * BLOB_BYTES * receipt.places.length) / 1_024 // there, back to be looked at, and back for good
console.log(`It cost ${calls} calls, ${extraRequests} requests beyond one each, and ${kib} KiB on the line.`)
await router.close()
