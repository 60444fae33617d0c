// A block that takes everything from a full pool: 4,096 transfers, 64 from each of 64 accounts; a quarter in the short run. Their signatures are verified when
// they come, before the clock starts.
import { LocalChain } from 'subnetkit/chain'
import { keyPairFromUri } from 'subnetkit/crypto'
import { signCall } from 'subnetkit/ledger'
import { fail } from '../support/digest.js'
import { collectGarbage, quick, report, summary, timed } from '../support/measure.js'

const CALLS = quick ? 1_024 : 4_096
const CALLS_PER_ACCOUNT = 64
const TURNS = quick ? 1 : 3

const keys = Array.from({ length: CALLS / CALLS_PER_ACCOUNT }, (_, k) =>
  keyPairFromUri(`//sender${k}`, { scheme: 'ed25519' }),
)
const endowed = keys.map(({ address }) => ({ address, balanceRao: 10n ** 12n }))
// Of one seed all the chains are the same, and calls are signed but once.
const start = () =>
  LocalChain.start({ blockMs: 'manual', seed: 'full pool', endowed, mempool: { maxCalls: CALLS } })
const calls = signedCalls(await start())
const timesUs: number[] = []
for (let turn = 0; turn < TURNS; turn++) timesUs.push(await blockUs())
report({
  bench: 'ledger/fullPool',
  id: `a block of ${CALLS} from a full pool`,
  calls: CALLS,
  ...summary(timesUs),
})

function signedCalls({ genesisHash, callWindowBlocks }: LocalChain): Uint8Array[] {
  const place = { genesisHash, recentBlockHash: genesisHash, expiryBlock: callWindowBlocks }
  return keys.flatMap((key, k) => {
    const args = { to: keys[(k + 1) % keys.length]!.address, amountRao: 10n ** 6n }
    return Array.from({ length: CALLS_PER_ACCOUNT }, (_, nonce) =>
      signCall(key, { ...place, nonce, name: 'transfer', args }),
    )
  })
}

async function blockUs(): Promise<number> {
  const chain = await start()
  const sent = calls.map((call) => chain.submit(call))
  if (chain.waitingCalls !== CALLS) fail(`${chain.waitingCalls} calls wait`)
  collectGarbage()
  const { us, result } = timed(() => chain.produceBlock())
  const { receipts } = await result
  if (receipts.length !== CALLS || receipts.some(({ refusal }) => refusal !== null))
    fail('a call was refused')
  await Promise.all(sent)
  await chain.close()
  return us
}
