import { localnetPreset, type Preset, type PresetOverrides } from 'subnetkit/chain'
import { type EpochFunction, runEpoch } from 'subnetkit/consensus'
import { type KeyPair, keyPairFromUri } from 'subnetkit/crypto'
import * as engine from 'subnetkit/engine'
import { type CallArgs, type CallName, type FinalizedBlock, Ledger, signCall } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'
import { fail } from '../support/digest.js'

/** Key of a made-up account. */
export const keyOf = (name: string): KeyPair => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })

/** Its hotkeys have the names `hotkey0` to `hotkey<n-1>`. */
export const hotkeyOf = (uid: number): KeyPair => keyOf(`hotkey${uid}`)

/** The localnet with a price of at most one TAO for a place and weights as often as one likes. */
export function benchPreset({ hyperparameters, ...changes }: PresetOverrides = {}): Preset {
  return localnetPreset({
    hyperparameters: { maxBurnRao: 10n ** 9n, weightsSetRateLimitBlocks: 0, ...hyperparameters },
    ...changes,
  })
}

/** What computes a chain's epochs: sources from before `epochFunction`, where these benches run for comparison, had the plain one. */
function chainEpoch(): EpochFunction {
  return 'epochFunction' in engine ? engine.epochFunction() : runEpoch
}

/** A ledger of its own: `founder` has ten million TAO, the accounts named ten thousand each. */
export function foundedLedger(preset: Preset, names: readonly string[] = []): Ledger {
  const endowed = (name: string, balanceRao: bigint) => ({ address: keyOf(name).address, balanceRao })
  const endowments = [endowed('founder', 10n ** 16n), ...names.map((name) => endowed(name, 10n ** 13n))]
  return new Ledger({ config: preset.config, endowments }, { runEpoch: chainEpoch() })
}

/** A call for the next blocks of this ledger. */
export function signed<N extends CallName>(
  ledger: Ledger,
  key: KeyPair,
  nonce: number,
  name: N,
  args: CallArgs[N],
): Uint8Array {
  const { genesisHash, head } = ledger.info()
  const expiryBlock = head.number + ledger.config.callWindowBlocks
  return signCall(key, { genesisHash, recentBlockHash: head.hash, nonce, expiryBlock, name, args })
}

/** Makes and commits a block; a call that is refused ends the run. */
export function make(ledger: Ledger, calls: readonly Uint8Array[] = []): FinalizedBlock {
  const made = ledger.finalizeBlock(calls)
  ledger.commit()
  const refused = made.receipts.find(({ refusal }) => refusal !== null)
  if (refused !== undefined || made.dropped.length > 0) {
    fail(`a call was refused: ${refused?.refusal?.error ?? made.dropped[0]?.refusal.error}`)
  }
  return made
}

/** Signatures are verified here, before the clock starts: the ledger remembers them. */
export function verified(ledger: Ledger, calls: readonly Uint8Array[]): readonly Uint8Array[] {
  for (const call of calls) ledger.checkTx(call)
  return calls
}

/** Whether an epoch was computed in a block. */
export function ranEpoch({ events }: FinalizedBlock): boolean {
  return events.some(({ name }) => name === 'EpochRan')
}

/** A ledger that loses money cannot look fast. */
export function checkInvariants(ledger: Ledger): void {
  const { broken } = ledger.query('invariants', {})
  if (broken.length > 0) fail(broken.join('\n'))
}

/** Registers subnet 1 with `n` neurons and starts it; the first `validators` have stake and, after two tempos, permits. */
export function staff(ledger: Ledger, n: number, validators: number): void {
  const founder = keyOf('founder')
  const hotkeys = Array.from({ length: n }, (_, uid) => asHotkey(hotkeyOf(uid).address))
  let nonce = 0
  const call = <N extends CallName>(name: N, args: CallArgs[N]): void => {
    make(ledger, [signed(ledger, founder, nonce++, name, args)])
  }
  call('registerSubnet', { hotkey: hotkeys[0]! })
  call('startSubnet', { netuid: 1 })
  for (const hotkey of hotkeys.slice(1)) call('registerNeuron', { netuid: 1, hotkey, limitRao: null })
  for (const hotkey of hotkeys.slice(0, validators))
    call('addStake', { netuid: 1, hotkey, amountRao: 10n ** 12n })
  for (let count = 0; count < 2 * ledger.config.hyperparameters.tempoBlocks; count++) make(ledger)
}

/** Weights of one validator on all `n` neurons; no two rounds and no two validators the same. */
export function weightsCall(ledger: Ledger, uid: number, n: number, round: number): Uint8Array {
  const uids = Array.from({ length: n }, (_, to) => to)
  const values = uids.map((to) => 1 + ((to * 7_919 + uid * 31 + round * 1_009) % 65_535))
  return signed(ledger, hotkeyOf(uid), round, 'setWeights', { netuid: 1, uids, values, versionKey: 0 })
}
