import { bytes, check, eitherOf, func, optional, secret, shape, text } from '../checks/index.js'
import { derivationChecks, type KeyDerivationOptions } from './deriveNaclKey.js'
import { type KeyFileContent, parseKeyFile } from './keyFileContent.js'
import { decryptNacl } from './naclFile.js'
import { decryptAnsibleVault, decryptFernet } from './olderEncryptions.js'
import { type KeyFileEncryption, PasswordRequiredError } from './passwordErrors.js'

/** A password, or a function that is asked for it only when a file turns out to be encrypted. */
export type PasswordSource = string | (() => string | undefined | Promise<string | undefined>)

/** How to open a key file. */
export interface OpenKeyFileOptions extends KeyDerivationOptions {
  readonly password?: PasswordSource
}

export const passwordSource = eitherOf('Pass the password as text, or a function that gives it.', [
  text(),
  func,
])

/** What a function gave: nothing means that there is none. */
const givenPassword = secret(optional(text()))
const fileCheck = secret(bytes())
const optionsShape = secret(
  shape<OpenKeyFileOptions>({ ...derivationChecks, password: optional(passwordSource) }),
)

const MARKS: readonly (readonly [string, KeyFileEncryption])[] = [
  ['$NACL', 'nacl'],
  ['$ANSIBLE_VAULT', 'ansible-vault'],
  ['gAAAAA', 'fernet'],
]

/** How the bytes of a key file are encrypted, told by how they begin; `undefined` means not at all. */
export function encryptionOf(file: Uint8Array): KeyFileEncryption | undefined {
  check('file', fileCheck, file)
  const start = String.fromCharCode(...file.subarray(0, 16))
  return MARKS.find(([mark]) => start.startsWith(mark))?.[1]
}

/**
 * Reads the bytes of a key file, plain or in any of the three encryptions.
 *
 * @throws PasswordRequiredError when it is encrypted and no password came.
 * @throws WrongPasswordError
 * @throws AbortedError
 * @throws MalformedKeyFileError, KeyFileMismatchError, UnsupportedKeyFileError; see `parseKeyFile`.
 *
 * PERF: milliseconds when plain; `nacl` 5 to 8 s and 512 MiB, `fernet` 2 to 4 s, both off the event loop.
 */
export async function openKeyFile(
  file: Uint8Array,
  options: OpenKeyFileOptions = {},
): Promise<KeyFileContent> {
  check('options', optionsShape, options)
  const encryption = encryptionOf(file)
  if (encryption === undefined) return parseKeyFile(file)
  const { password: source, ...derivation } = options
  const password = await passwordFrom(source)
  if (password === undefined) {
    throw new PasswordRequiredError({
      what: `the key file is encrypted (${encryption})`,
      hint: 'Pass the option password.',
    })
  }
  const plain = await decrypt(encryption, file, password, derivation)
  try {
    return parseKeyFile(plain)
  } finally {
    plain.fill(0)
  }
}

function decrypt(
  encryption: KeyFileEncryption,
  file: Uint8Array,
  password: string,
  options: KeyDerivationOptions,
): Promise<Uint8Array> {
  if (encryption === 'nacl') return decryptNacl(file, password, options)
  if (encryption === 'ansible-vault') return decryptAnsibleVault(file, password, options.signal)
  return decryptFernet(file, password, options.signal)
}

async function passwordFrom(source: PasswordSource | undefined): Promise<string | undefined> {
  if (typeof source !== 'function') return source
  const given = await source()
  check('password', givenPassword, given)
  return given
}
