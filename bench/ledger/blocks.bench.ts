// Blocks of a chain with one subnet: empty ones, ones with an epoch, and one full of weights. Signatures are verified
// before the clock starts. Every invariant is checked at the end, so that a ledger that loses money cannot look fast.
import { localnetPreset } from 'subnetkit/chain'
import { runEpoch } from 'subnetkit/consensus'
import { type KeyPair, keyPairFromUri } from 'subnetkit/crypto'
import { type CallArgs, type CallName, type FinalizedBlock, Ledger, signCall } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'

const sizes = [
  { n: 16, validators: 3 },
  { n: 256, validators: 64 },
]
const BLOCKS = 400

const preset = localnetPreset({ hyperparameters: { maxBurnRao: 10n ** 9n, weightsSetRateLimitBlocks: 0 } })
const keyOf = (name: string): KeyPair => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

function signed<N extends CallName>(key: KeyPair, nonce: number, name: N, args: CallArgs[N]): Uint8Array {
  return signCall(key, { chainId: preset.config.chainId, nonce, expiryBlock: 1_000_000, name, args })
}

function make(ledger: Ledger, calls: readonly Uint8Array[] = []): FinalizedBlock {
  const made = ledger.finalizeBlock(calls)
  ledger.commit()
  const refused = made.receipts.find(({ refusal }) => refusal !== null)
  if (refused !== undefined || made.dropped.length > 0) {
    console.error(`a call was refused: ${refused?.refusal?.error ?? made.dropped[0]?.refusal.error}`)
    process.exit(1)
  }
  return made
}

/** A started subnet of `n` neurons; the first `validators` have stake and, after an epoch, permits. */
function staffed(n: number, validators: number): { ledger: Ledger; keys: KeyPair[] } {
  const founder = keyOf('founder')
  const endowments = [{ address: founder.address, balanceRao: 10n ** 16n }]
  const ledger = new Ledger({ config: preset.config, endowments }, { runEpoch })
  const keys = Array.from({ length: n }, (_, uid) => keyOf(`hotkey${uid}`))
  const hotkeys = keys.map(({ address }) => asHotkey(address))
  let nonce = 0
  make(ledger, [signed(founder, nonce++, 'registerSubnet', { hotkey: hotkeys[0]! })])
  make(ledger, [signed(founder, nonce++, 'startSubnet', { netuid: 1 })])
  for (const hotkey of hotkeys.slice(1)) {
    make(ledger, [signed(founder, nonce++, 'registerNeuron', { netuid: 1, hotkey, limitRao: null })])
  }
  for (const hotkey of hotkeys.slice(0, validators)) {
    make(ledger, [signed(founder, nonce++, 'addStake', { netuid: 1, hotkey, amountRao: 10n ** 12n })])
  }
  for (let count = 0; count < 2 * preset.config.hyperparameters.tempoBlocks; count++) make(ledger)
  return { ledger, keys }
}

function report(name: string, { n, validators }: (typeof sizes)[number], timesUs: readonly number[]): void {
  const medianUs = Math.round(median(timesUs))
  console.log(
    JSON.stringify({
      bench: 'ledger/blocks',
      case: `${name} n=${n} validators=${validators}`,
      medianUs,
      rounds: timesUs.length,
    }),
  )
}

for (const size of sizes) {
  const { ledger, keys } = staffed(size.n, size.validators)
  const uids = keys.map((_, uid) => uid)
  const calls = keys.slice(0, size.validators).map((key, row) => {
    const values = uids.map((uid) => 1 + ((uid * 7_919 + row * 31) % 65_535))
    return signed(key, 0, 'setWeights', { netuid: 1, uids, values, versionKey: 0 })
  })
  for (const call of calls) ledger.checkTx(call)
  const times = { empty: [] as number[], epoch: [] as number[], weights: [] as number[] }
  for (let count = 0; count < BLOCKS; count++) {
    const start = process.hrtime.bigint()
    const { events } = make(ledger, count === 0 ? calls : [])
    const elapsedUs = Number(process.hrtime.bigint() - start) / 1_000
    const ran = events.some(({ name }) => name === 'EpochRan')
    times[count === 0 ? 'weights' : ran ? 'epoch' : 'empty'].push(elapsedUs)
  }
  const broken = ledger.query('invariants', {})
  if (broken.length > 0) {
    console.error(broken.join('\n'))
    process.exit(1)
  }
  report('a block of weights', size, times.weights)
  report('an empty block', size, times.empty)
  report('a block with an epoch', size, times.epoch)
}
