import { BaseError, describeValue, HiddenValue } from '../errors/index.js'

/** What is wrong with an address. */
export type AddressFault = 'spaces' | 'alphabet' | 'length' | 'reserved' | 'checksum' | 'prefix'

const SENTENCES: { readonly [fault in AddressFault]: string } = {
  spaces: 'it holds spaces or invisible characters',
  alphabet: 'it holds characters outside the Base58 alphabet',
  length: 'it does not hold a network prefix, a 32-byte key and a two-byte checksum',
  reserved: 'its network prefix is reserved, or not written in the shortest form',
  checksum: 'its checksum does not match',
  prefix: 'it belongs to another network',
}

const HINTS: { readonly [fault in AddressFault]?: string } = {
  spaces: 'Remove them: an address is one run of letters and digits.',
  checksum: 'A character was lost or altered: copy the address again from where it was first written.',
}

/** Text is no SS58 address of this network. */
export class InvalidAddressError extends BaseError {
  override readonly name = 'InvalidAddressError'
  readonly code = 'InvalidAddress'
  /** The text as given, cut to 80 characters; `undefined` for what looks like a mnemonic or a secret in hexadecimal. */
  readonly text: string | undefined
  readonly fault: AddressFault
  /** The network prefix found, when `fault` is `'prefix'`. */
  readonly prefix: number | undefined

  constructor(details: { text: string; fault: AddressFault; prefix?: number; sameKeyHere?: string }) {
    const shown = mayBeSecret(details.text) ? HiddenValue.of(details.text) : details.text.slice(0, 80)
    const found = details.prefix === undefined ? '' : ` (prefix ${details.prefix} instead of 42)`
    super(`${describeValue(shown)} is not an address: ${SENTENCES[details.fault]}${found}.`, {
      hints: [
        details.sameKeyHere === undefined
          ? (HINTS[details.fault] ?? 'Pass an SS58 address with prefix 42: 48 characters beginning with 5.')
          : `The same key is written ${details.sameKeyHere} here.`,
      ],
      docsPath: 'errors#invalid-address',
    })
    this.text = typeof shown === 'string' ? shown : undefined
    this.fault = details.fault
    this.prefix = details.prefix
  }
}

/** Words, or many hexadecimal digits, put in the place of an address. */
function mayBeSecret(text: string): boolean {
  return text.trim().split(/\s+/).length > 3 || /^(0x)?[0-9a-fA-F]{32}/.test(text.trim())
}
