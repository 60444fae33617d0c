import { bytesOfHex, decodeAddress, InvalidAddressError } from '../crypto/index.js'
import { type Environment, KeyFileNotFoundError, kindOfPath } from '../wallet/index.js'
import { UsageError } from './UsageError.js'
import { walletNamed } from './walletNamed.js'

/** What a person named. */
export type Target =
  | { readonly kind: 'address'; readonly prefix: number; readonly publicKey: Uint8Array }
  | { readonly kind: 'public key'; readonly publicKey: Uint8Array }
  | { readonly kind: 'file' }
  | { readonly kind: 'secret URI' }

/** Fewest words that are taken for a mnemonic, right or wrong: the shortest has twelve. */
const FEWEST_WORDS = 6

/**
 * What a text names, told by its look and by what lies on disk. Only what can be a secret URI is taken for one, so that what is
 * wrong with an address or a path is said of that, and not of a mnemonic.
 *
 * @param field - where it was typed, as errors name it.
 * @throws InvalidAddressError for what looks like an address.
 * @throws KeyFileNotFoundError for what looks like a path.
 * @throws UsageError for anything else, without quoting it: it may be part of a secret.
 */
export async function inspectTarget(
  text: string,
  environment: Environment,
  field = 'TARGET',
): Promise<Target> {
  const address = decoded(text)
  if (address !== undefined && !(address instanceof InvalidAddressError))
    return { kind: 'address', ...address }
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(text)) return { kind: 'public key', publicKey: bytesOfHex(text) }
  const found = await kindOfPath(text)
  if (found === 'file') return { kind: 'file' }
  if (looksLikeAddress(text)) throw address
  if (looksLikeUri(text)) return { kind: 'secret URI' }
  if (found === 'folder') throw new UsageError({ field, problem: 'it is a folder: name a file in it' })
  if (looksLikePath(text)) throw new KeyFileNotFoundError({ path: text })
  const problem = (await walletNamed(text, environment)) ?? problemOf(text)
  throw new UsageError({ field, problem })
}

/** The address that a text is, or what is wrong with it as one. */
function decoded(text: string): ReturnType<typeof decodeAddress> | InvalidAddressError {
  try {
    return decodeAddress(text)
  } catch (error) {
    if (error instanceof InvalidAddressError) return error
    throw error
  }
}

/** One run of some 48 letters and digits, or what is one without spaces, hidden characters and the marks around it in other text. */
function looksLikeAddress(text: string): boolean {
  const run = text
    .replaceAll(/[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replaceAll(/^["'`(<[{]+|["'`)>\]},.;:]+$/g, '')
  if (run !== text && !(decoded(run) instanceof InvalidAddressError)) return true
  // Words without their spaces have no digits as a rule; hardly an address has none.
  const isMixed = /[A-Z]/.test(run) && (run === text || /[1-9]/.test(run))
  return /^[A-Za-z0-9]{40,56}$/.test(run) && isMixed && !isHex(run)
}

/** Hard junctions, a seed or many words, and what may follow them. Soft junctions alone look like a path, and are one. */
function looksLikeUri(text: string): boolean {
  const [root = ''] = text.split('/', 1)
  return (
    text.startsWith('//') || /^0x[0-9a-fA-F]+\//.test(text) || root.trim().split(/\s+/).length >= FEWEST_WORDS
  )
}

function looksLikePath(text: string): boolean {
  return /[/\\]/.test(text) || /^[.~]/.test(text) || /\.\w{1,8}$/.test(text)
}

function isHex(text: string): boolean {
  return /^(0x)?[0-9a-fA-F]+$/.test(text)
}

function problemOf(text: string): string {
  const digits = text.replace(/^0x/, '').length
  if (isHex(text) && digits >= 16) return `a public key has 64 hexadecimal digits, not ${digits}`
  return 'there is no file of this name, and it is no address, public key or secret URI'
}
