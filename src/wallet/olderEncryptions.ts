import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { bytes, check, optional, secret, signal as signalKind, text } from '../checks/index.js'
import { onAbort } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import { type KeyFileEncryption, WrongPasswordError } from './passwordErrors.js'

const derive = promisify(pbkdf2)

const fileCheck = secret(bytes())
const passwordCheck = secret(text())
const signalCheck = secret(optional(signalKind))

/**
 * Opens an Ansible Vault 1.1 file (`$ANSIBLE_VAULT`): PBKDF2-SHA256 of 10,000 rounds, HMAC-SHA256, AES-256-CTR.
 *
 * @throws WrongPasswordError
 */
export async function decryptAnsibleVault(
  file: Uint8Array,
  password: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  check('file', fileCheck, file)
  check('password', passwordCheck, password)
  check('signal', signalCheck, signal)
  const encryption = 'ansible-vault'
  const parts = vaultParts(file)
  if (parts === undefined) throw new WrongPasswordError({ encryption })
  const keys = await cancellable(derive(password, parts.salt, 10_000, 80, 'sha256'), signal)
  const mac = createHmac('sha256', keys.subarray(32, 64)).update(parts.cipherText).digest()
  if (!equal(mac, parts.mac)) throw new WrongPasswordError({ encryption })
  const cipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80))
  return unpadded(Buffer.concat([cipher.update(parts.cipherText), cipher.final()]), encryption)
}

/** The lines after the header are hexadecimal of three hexadecimal lines: salt, tag, cipher text. */
function vaultParts(file: Uint8Array): { salt: Buffer; mac: Buffer; cipherText: Buffer } | undefined {
  const [header, ...lines] = new TextDecoder().decode(file).trim().split(/\r?\n/)
  if (!/^\$ANSIBLE_VAULT;1\.[12];AES256(;|$)/.test(header ?? '')) return undefined
  const inner = hexBuffer(lines.map((line) => line.trim()).join(''))
    ?.toString('latin1')
    .split('\n')
  const [salt, mac, cipherText] = (inner ?? []).map(hexBuffer)
  if (salt === undefined || mac === undefined || cipherText === undefined) return undefined
  return { salt, mac, cipherText }
}

const FERNET_SALT = 'Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins'
const FERNET_ROUNDS = 10_000_000

/**
 * The Fernet key of a password in the oldest format, 32 bytes: PBKDF2-SHA256 of ten million rounds.
 *
 * PERF: 2 to 4 s on a thread of Node's pool.
 */
export async function deriveFernetKey(password: string, signal?: AbortSignal): Promise<Uint8Array> {
  check('password', passwordCheck, password)
  check('signal', signalCheck, signal)
  const key = await cancellable(derive(password, FERNET_SALT, FERNET_ROUNDS, 32, 'sha256'), signal)
  return new Uint8Array(key)
}

/**
 * Opens a Fernet token (`gAAAAA`), the oldest format.
 *
 * @throws WrongPasswordError
 */
export async function decryptFernet(
  file: Uint8Array,
  password: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  check('file', fileCheck, file)
  return openFernet(file, await deriveFernetKey(password, signal))
}

/** Opens a Fernet token with its 32-byte key: the first half checks, the second decrypts. */
export function openFernet(file: Uint8Array, key: Uint8Array): Uint8Array {
  const encryption = 'fernet'
  const token = Buffer.from(new TextDecoder().decode(file).trim(), 'base64url')
  // Version, 8-byte time, 16-byte vector, at least one block, 32-byte tag.
  if (token.length < 73 || token[0] !== 0x80) throw new WrongPasswordError({ encryption })
  const signed = token.subarray(0, -32)
  const mac = createHmac('sha256', key.subarray(0, 16)).update(signed).digest()
  if (!equal(mac, token.subarray(-32))) throw new WrongPasswordError({ encryption })
  const cipher = createDecipheriv('aes-128-cbc', key.subarray(16), signed.subarray(9, 25))
  cipher.setAutoPadding(false)
  try {
    return unpadded(Buffer.concat([cipher.update(signed.subarray(25)), cipher.final()]), encryption)
  } catch (cause) {
    throw new WrongPasswordError({ encryption, cause })
  }
}

/** PKCS #7 with 16-byte blocks. */
function unpadded(padded: Buffer, encryption: KeyFileEncryption): Uint8Array {
  const count = padded.at(-1) ?? 0
  const honest =
    count >= 1 && count <= 16 && count <= padded.length && padded.subarray(-count).every((b) => b === count)
  if (!honest) throw new WrongPasswordError({ encryption })
  return new Uint8Array(padded.subarray(0, -count))
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function hexBuffer(text: string): Buffer | undefined {
  return /^([0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** Node's pool cannot be interrupted: after an abort the result is dropped when it comes. */
function cancellable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const unlisten = onAbort(signal, () =>
      reject(new AbortedError({ what: 'The key derivation', cause: signal.reason })),
    )
    work.then(resolve, reject).finally(unlisten)
  })
}
