import { randomBytes } from 'node:crypto'
import { secretbox } from '@noble/ciphers/salsa.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { bytes, check, optional, secret, shape } from '../checks/index.js'
import { derivationChecks, deriveNaclKey, type KeyDerivationOptions } from './deriveNaclKey.js'
import { WrongPasswordError } from './passwordErrors.js'

/** The first five bytes of a file in the current encryption. */
export const NACL_MARK: Uint8Array = new TextEncoder().encode('$NACL')

const NONCE_LENGTH = 24
const TAG_LENGTH = 16

/** How to encrypt a key file. */
export interface EncryptOptions extends KeyDerivationOptions {
  /** 24 bytes, never used before with this password; random unless given. */
  readonly nonce?: Uint8Array
}

const contentCheck = secret(bytes())
const encryptOptions = secret(
  shape<EncryptOptions>({ ...derivationChecks, nonce: optional(bytes(NONCE_LENGTH)) }),
)

/**
 * Encrypts a key file's content as `$NACL`: mark, 24-byte nonce, XSalsa20-Poly1305 box; 45 bytes more than the
 * plain text. Opens with the Python wallet.
 *
 * The format's salt is the same everywhere, so equal passwords give equal keys: use one nobody else would.
 *
 * PERF: see `deriveNaclKey`, several seconds.
 */
export async function encryptNacl(
  plain: Uint8Array,
  password: string,
  options: EncryptOptions = {},
): Promise<Uint8Array> {
  check('plain', contentCheck, plain)
  check('options', encryptOptions, options)
  const { nonce = new Uint8Array(randomBytes(NONCE_LENGTH)), ...derivation } = options
  const key = await deriveNaclKey(password, derivation)
  try {
    return sealNacl(plain, key, nonce)
  } finally {
    key.fill(0)
  }
}

/**
 * Opens a `$NACL` file.
 *
 * @throws WrongPasswordError when the tag does not match.
 *
 * PERF: see `deriveNaclKey`, several seconds.
 */
export async function decryptNacl(
  file: Uint8Array,
  password: string,
  options: KeyDerivationOptions = {},
): Promise<Uint8Array> {
  check('file', contentCheck, file)
  if (file.length < NACL_MARK.length + NONCE_LENGTH + TAG_LENGTH) {
    throw new WrongPasswordError({ encryption: 'nacl' })
  }
  const key = await deriveNaclKey(password, options)
  try {
    return openNacl(file, key)
  } finally {
    key.fill(0)
  }
}

/** Builds the file from a derived key. */
export function sealNacl(plain: Uint8Array, key: Uint8Array, nonce: Uint8Array): Uint8Array {
  return concatBytes(NACL_MARK, nonce, secretbox(key, nonce).seal(plain))
}

/** Opens the file with a derived key. @throws WrongPasswordError */
export function openNacl(file: Uint8Array, key: Uint8Array): Uint8Array {
  const nonceEnd = NACL_MARK.length + NONCE_LENGTH
  try {
    return secretbox(key, file.slice(NACL_MARK.length, nonceEnd)).open(file.slice(nonceEnd))
  } catch (cause) {
    throw new WrongPasswordError({ encryption: 'nacl', cause })
  }
}
