// Blocks of a chain with one subnet: empty ones, ones with an epoch, and ones full of weights. Signatures are verified
// before the clock starts. Every invariant is checked at the end, so that a ledger that loses money cannot look fast.
import { localnetPreset } from 'subnetkit/chain'
import { runEpoch } from 'subnetkit/consensus'
import { type KeyPair, keyPairFromUri } from 'subnetkit/crypto'
import { type CallArgs, type CallName, type FinalizedBlock, Ledger, signCall } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'
import { fail } from '../support/digest.js'
import { quick, report, summary, timed } from '../support/measure.js'

const sizes = [{ n: 16, validators: 3 }, ...(quick ? [] : [{ n: 256, validators: 64 }])]
const BLOCKS = quick ? 60 : 300

const preset = localnetPreset({ hyperparameters: { maxBurnRao: 10n ** 9n, weightsSetRateLimitBlocks: 0 } })
const keyOf = (name: string): KeyPair => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })

function signed<N extends CallName>(
  ledger: Ledger,
  key: KeyPair,
  nonce: number,
  name: N,
  args: CallArgs[N],
): Uint8Array {
  const { genesisHash, head } = ledger.info()
  const expiryBlock = head.number + preset.config.callWindowBlocks
  return signCall(key, { genesisHash, recentBlockHash: head.hash, nonce, expiryBlock, name, args })
}

function make(ledger: Ledger, calls: readonly Uint8Array[] = []): FinalizedBlock {
  const made = ledger.finalizeBlock(calls)
  ledger.commit()
  const refused = made.receipts.find(({ refusal }) => refusal !== null)
  if (refused !== undefined || made.dropped.length > 0) {
    fail(`a call was refused: ${refused?.refusal?.error ?? made.dropped[0]?.refusal.error}`)
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
  make(ledger, [signed(ledger, founder, nonce++, 'registerSubnet', { hotkey: hotkeys[0]! })])
  make(ledger, [signed(ledger, founder, nonce++, 'startSubnet', { netuid: 1 })])
  for (const hotkey of hotkeys.slice(1)) {
    make(ledger, [signed(ledger, founder, nonce++, 'registerNeuron', { netuid: 1, hotkey, limitRao: null })])
  }
  for (const hotkey of hotkeys.slice(0, validators)) {
    make(ledger, [signed(ledger, founder, nonce++, 'addStake', { netuid: 1, hotkey, amountRao: 10n ** 12n })])
  }
  for (let count = 0; count < 2 * preset.config.hyperparameters.tempoBlocks; count++) make(ledger)
  return { ledger, keys }
}

/** One block's worth of calls: every validator sets all its weights; no two rounds the same. */
function weightCalls(
  ledger: Ledger,
  keys: readonly KeyPair[],
  validators: number,
  round: number,
): Uint8Array[] {
  const uids = keys.map((_, uid) => uid)
  return keys.slice(0, validators).map((key, row) => {
    const values = uids.map((uid) => 1 + ((uid * 7_919 + row * 31 + round * 1_009) % 65_535))
    return signed(ledger, key, round, 'setWeights', { netuid: 1, uids, values, versionKey: 0 })
  })
}

for (const { n, validators } of sizes) {
  const { ledger, keys } = staffed(n, validators)
  const times = { weights: [] as number[], empty: [] as number[], epoch: [] as number[] }
  // Weights come in the block after an epoch, so that no block has both.
  let followsEpoch = false
  for (let count = 0; count < BLOCKS; count++) {
    const calls: Uint8Array[] = followsEpoch
      ? weightCalls(ledger, keys, validators, times.weights.length)
      : []
    for (const call of calls) ledger.checkTx(call)
    const { us, result } = timed(() => make(ledger, calls))
    const ran = result.events.some(({ name }) => name === 'EpochRan')
    times[followsEpoch ? 'weights' : ran ? 'epoch' : 'empty'].push(us)
    followsEpoch = ran
  }
  const broken = ledger.query('invariants', {})
  if (broken.length > 0) fail(broken.join('\n'))
  print('a block of weights', times.weights)
  print('an empty block', times.empty)
  print('a block with an epoch', times.epoch)

  function print(work: string, timesUs: readonly number[]): void {
    report({
      bench: 'ledger/blocks',
      id: `${work} n=${n} V=${validators}`,
      work,
      n,
      validators,
      ...summary(timesUs),
    })
  }
}
