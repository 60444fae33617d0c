// An empty block while calls wait that it cannot take: its cost must not grow with them. The calls are the largest there are, behind a
// gap of nonces, of accounts without money; their number is checked before the clock starts.
import { LocalChain } from 'subnetkit/chain'
import { keyPairFromUri } from 'subnetkit/crypto'
import { signCall } from 'subnetkit/ledger'
import { fail } from '../support/digest.js'
import { quick, report, summary, timed } from '../support/measure.js'

const BLOCKS = quick ? 20 : 100
const CALLS_PER_ACCOUNT = 6
const uids = Array.from({ length: 65_536 }, (_, uid) => uid)

for (const accounts of quick ? [0, 4] : [0, 4, 10]) {
  const chain = await LocalChain.start({ blockMs: 'manual' })
  const { genesisHash, callWindowBlocks } = chain
  const place = { genesisHash, recentBlockHash: genesisHash, expiryBlock: callWindowBlocks }
  for (let account = 0; account < accounts; account++) {
    const key = keyPairFromUri(`//stranger${account}`, { scheme: 'ed25519' })
    for (let nonce = 1; nonce <= CALLS_PER_ACCOUNT; nonce++) {
      const args = { netuid: 1, uids, values: uids, versionKey: 0 }
      void chain.submit(signCall(key, { ...place, nonce, name: 'setWeights', args })).catch(() => {})
    }
  }
  const waiting = chain.waitingCalls
  if (waiting !== accounts * CALLS_PER_ACCOUNT) fail(`${waiting} calls wait`)
  const timesUs: number[] = []
  for (let count = 0; count < BLOCKS; count++) {
    const { us, result } = timed(() => chain.produceBlock())
    if ((await result).receipts.length > 0) fail('a call behind a gap came into a block')
    timesUs.push(us)
  }
  report({ bench: 'ledger/mempool', id: `an empty block, ${waiting} waiting`, waiting, ...summary(timesUs) })
  await chain.close()
}
