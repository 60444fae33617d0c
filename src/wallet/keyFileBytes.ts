import { bytes, check, custom, oneOf, optional, secret, shape, text } from '../checks/index.js'
import { addressOf, hexOf, KeyPair, type KeyScheme, keyPairFromMnemonic } from '../crypto/index.js'
import { HiddenValue, InvalidArgumentError } from '../errors/index.js'
import type { Address } from '../units/index.js'

/** What a public key file is made of. */
export interface PublicKeyParts {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** Its own, prefix 42. */
  readonly address: Address
  readonly scheme: KeyScheme
}

export const keyPairKind = custom('Pass a KeyPair.', (value) => value instanceof KeyPair)

const keyPairCheck = secret(keyPairKind)
const keyCheck = secret(custom('Pass a key pair, or its publicKey, address and scheme.', isObject))
const partsShape = secret(
  shape<PublicKeyParts>({ publicKey: bytes(32), address: text(), scheme: oneOf(['sr25519', 'ed25519']) }),
)
const mnemonicCheck = secret(optional(text({ min: 1 })))

/**
 * The JSON of a key file with its secret.
 *
 * @throws InvalidArgumentError when the mnemonic is not the pair's own (no path, no passphrase): such a file could
 * not be read again.
 */
export function secretKeyFile(keyPair: KeyPair, mnemonic?: string): Uint8Array {
  check('keyPair', keyPairCheck, keyPair)
  check('mnemonic', mnemonicCheck, mnemonic)
  if (
    mnemonic !== undefined &&
    keyPairFromMnemonic(mnemonic, { scheme: keyPair.scheme }).address !== keyPair.address
  ) {
    throw new InvalidArgumentError({
      field: 'mnemonic',
      value: HiddenValue.of(mnemonic),
      remedy:
        'These are the words of another key: pass those the key pair was made from, or none for a derived key.',
    })
  }
  const { secretKey, seed } = keyPair.revealSecret()
  return jsonBytes({
    ...publicFields(keyPair),
    privateKey: `0x${hexOf(secretKey)}`,
    ...(mnemonic === undefined ? {} : { secretPhrase: mnemonic }),
    ...(seed === undefined ? {} : { secretSeed: `0x${hexOf(seed)}` }),
    ...trailingFields(keyPair),
  })
}

/**
 * The JSON of a public key file; of a key pair it takes the public parts.
 *
 * @throws InvalidArgumentError for parts that are missing or of different keys.
 */
export function publicKeyFile(key: PublicKeyParts): Uint8Array {
  const { publicKey, address, scheme } = checkedParts(key)
  return jsonBytes({ ...publicFields({ publicKey }), ...trailingFields({ address, scheme }) })
}

/** Key pairs pass as well, so no shape that knows all keys: what is needed is looked at. */
function checkedParts(key: PublicKeyParts): PublicKeyParts {
  check('key', keyCheck, key)
  const { publicKey, address, scheme } = key
  check('key', partsShape, { publicKey, address, scheme })
  if (addressOf(publicKey) !== address) {
    throw new InvalidArgumentError({
      field: 'key.address',
      value: address,
      remedy: `Pass the address of key.publicKey, ${addressOf(publicKey)}.`,
    })
  }
  return { publicKey, address, scheme }
}

function publicFields(key: { publicKey: Uint8Array }): object {
  const hex = `0x${hexOf(key.publicKey)}`
  return { accountId: hex, publicKey: hex }
}

function trailingFields(key: { address: Address; scheme: KeyScheme }): object {
  // Left out for sr25519, which is what its absence means: older readers take only text values.
  return { ss58Address: key.address, ...(key.scheme === 'ed25519' ? { cryptoType: 0 } : {}) }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
