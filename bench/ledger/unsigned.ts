// Calls without their signatures: to sign and to check half a million would take longer than what is measured. They are opened under the verdict
// that the signature was checked, which only a bench can give, since no door of the ledger takes it; nothing else is passed over.
import { encodeCanonical } from 'subnetkit/codec'
import { addressOf } from 'subnetkit/crypto'
import { type CallArgs, type CallName, encodeCall, type Ledger, type OpenedCall } from 'subnetkit/ledger'
import type { Address } from 'subnetkit/units'
import { openCall } from '../../src/ledger/openCall.js'
import { fail } from '../support/digest.js'

const NO_SIGNATURE = new Uint8Array(64)

/** An account that nobody has the key of, with the nonce of its next call. */
export class Account {
  readonly publicKey: Uint8Array
  readonly address: Address
  #nonce = 0

  /** @param kind - a byte, so that accounts of one number are others. */
  constructor(kind: number, number: number) {
    // Spread out, as keys are.
    this.publicKey = new Uint8Array(32)
    const view = new DataView(this.publicKey.buffer)
    for (let at = 0; at < 28; at += 4)
      view.setUint32(at, Math.imul(number * 7 + at + kind * 65_537, 0x9e3779b1))
    view.setUint32(28, kind * 1_000_000 + number)
    this.address = addressOf(this.publicKey)
  }

  /** A call of this account for the next blocks, opened. */
  call<N extends CallName>(ledger: Ledger, name: N, args: CallArgs[N]): OpenedCall {
    const { genesisHash, head } = ledger.info()
    const expiryBlock = head.number + ledger.config.callWindowBlocks
    const place = { genesisHash, recentBlockHash: head.hash, expiryBlock }
    const payload = encodeCall({ ...place, nonce: this.#nonce++, name, args })
    const bytes = encodeCanonical(['ed25519', this.publicKey, payload, NO_SIGNATURE])
    const opened = openCall(bytes, true)
    if ('error' in opened) fail(`a call was not opened: ${opened.error}`)
    return opened
  }
}
