import { localnetPreset, referencePreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import {
  type CallArgs,
  type CallName,
  type ChainConfig,
  type FinalizedBlock,
  Ledger,
  type Receipt,
  signCall,
} from '../../../src/ledger/index.js'
import { decryptTimelock, verifyPulse } from '../../../src/timelock/index.js'
import { asColdkey, asHotkey, RAO_PER_TAO } from '../../../src/units/index.js'

/** What founding a subnet costs on the reference chain; a localnet has deeper pools. */
export const REFERENCE_LOCK = {
  networkMinLockRao: referencePreset.config.networkMinLockRao,
  lockReductionIntervalBlocks: referencePreset.config.lockReductionIntervalBlocks,
} as const

/** ed25519 keys: their pure implementation verifies faster than sr25519. */
export const keyOf = (name: string): KeyPair => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })

export interface HarnessOptions {
  readonly preset?: 'reference' | 'localnet'
  readonly config?: Partial<ChainConfig>
  readonly hyperparameters?: Partial<ChainConfig['hyperparameters']>
  readonly endowedTao?: { readonly [name: string]: number }
}

/** What a call names of the chain when it is signed now, to be good as long as it can. */
export function signedNow(ledger: Ledger) {
  const { genesisHash, head } = ledger.info()
  const expiryBlock = head.number + ledger.config.callWindowBlocks
  return { genesisHash, recentBlockHash: head.hash, expiryBlock }
}

/** A ledger driven by hand: calls are signed with the right nonce, blocks made when asked for. */
export class Harness {
  readonly ledger: Ledger
  readonly #nonces = new Map<string, number>()
  readonly #keys = new Map<string, KeyPair>()
  last: FinalizedBlock | undefined

  constructor(options: HarnessOptions = {}) {
    const preset = options.preset === 'reference' ? referencePreset : localnetPreset()
    const config = {
      ...preset.config,
      ...REFERENCE_LOCK,
      ...options.config,
      hyperparameters: { ...preset.config.hyperparameters, ...options.hyperparameters },
    }
    const endowed = options.endowedTao ?? { alice: 1_000_000, bob: 1_000_000 }
    this.ledger = new Ledger(
      {
        config,
        endowments: Object.entries(endowed).map(([name, tao]) => ({
          address: this.key(name).address,
          balanceRao: BigInt(tao) * RAO_PER_TAO,
        })),
      },
      { runEpoch, timelock: { verifyPulse, decryptTimelock } },
    )
  }

  key(name: string): KeyPair {
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const key = keyOf(name)
    this.#keys.set(name, key)
    return key
  }

  hotkey(name: string) {
    return asHotkey(this.key(name).address)
  }

  coldkey(name: string) {
    return asColdkey(this.key(name).address)
  }

  /** Signs the signer's next call without submitting it. */
  sign<N extends CallName>(signer: string, name: N, args: CallArgs[N]): Uint8Array {
    const nonce = this.#nonces.get(signer) ?? 0
    this.#nonces.set(signer, nonce + 1)
    return signCall(this.key(signer), { ...signedNow(this.ledger), nonce, name, args })
  }

  /** Makes a block of these calls. */
  block(...calls: Uint8Array[]): FinalizedBlock {
    this.last = this.ledger.finalizeBlock(calls)
    this.ledger.commit()
    return this.last
  }

  blocks(count: number): FinalizedBlock[] {
    return Array.from({ length: count }, () => this.block())
  }

  /** Makes a block of one call. */
  call<N extends CallName>(signer: string, name: N, args: CallArgs[N]): Receipt {
    const { receipts } = this.block(this.sign(signer, name, args))
    return receipts[0]!
  }

  /** The error of one call; `null` when it was applied. */
  errorOf<N extends CallName>(signer: string, name: N, args: CallArgs[N]): string | null {
    return this.call(signer, name, args).refusal?.error ?? null
  }

  balance(name: string): bigint {
    return this.ledger.query('account', { address: this.key(name).address }).balanceRao
  }

  subnet(netuid = 1) {
    const view = this.ledger.query('subnet', { netuid })
    if (view === null) throw new RangeError(`no subnet ${netuid}`)
    return view
  }

  /** Alice founds and starts subnet 1 with the hotkey alice-hot. */
  startSubnet(): void {
    this.call('alice', 'registerSubnet', { hotkey: this.hotkey('alice-hot') })
    this.call('alice', 'startSubnet', { netuid: 1 })
  }
}
