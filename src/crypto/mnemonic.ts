import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { randomBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { BaseError, InvalidArgumentError } from '../errors/index.js'
import { assertBytes, assertText } from './bytes.js'

/** What is wrong with a mnemonic. */
export type MnemonicFault = 'word-count' | 'unknown-word' | 'checksum'

const SENTENCES: { readonly [fault in MnemonicFault]: string } = {
  'word-count': 'it does not have 12, 15, 18, 21 or 24 words',
  'unknown-word': 'a word is not on the English BIP39 list',
  checksum: 'its checksum does not match',
}

/** Text is no BIP39 mnemonic. The words are never part of the error: they are a secret. */
export class InvalidMnemonicError extends BaseError {
  override readonly name = 'InvalidMnemonicError'
  readonly code = 'InvalidMnemonic'
  readonly fault: MnemonicFault
  /** Places (from 1) of the words that are not on the list. */
  readonly unknownWordsAt: readonly number[]

  constructor(details: { fault: MnemonicFault; unknownWordsAt?: readonly number[] }) {
    const at = details.unknownWordsAt ?? []
    const where = at.length === 0 ? '' : ` (word ${at.join(', ')})`
    super(`The mnemonic cannot be used: ${SENTENCES[details.fault]}${where}.`, {
      hints: ['Check every word and their order against what was written down.'],
      docsPath: 'errors#invalid-mnemonic',
    })
    this.fault = details.fault
    this.unknownWordsAt = at
  }
}

const ENTROPY_LENGTHS: readonly number[] = [16, 20, 24, 28, 32]
const WORD_COUNTS: readonly number[] = [12, 15, 18, 21, 24]

/**
 * The English BIP39 words of 16, 20, 24, 28 or 32 bytes of entropy; 16 bytes give 12 words, the usual length.
 *
 * Without entropy the words are new: 12 of them, from the system's secure random source. Entropy that is given must come
 * from such a source: whoever can guess it owns the account.
 *
 * @throws InvalidArgumentError for another length.
 *
 * @example
 * ```ts
 * import { generateMnemonic, keyPairFromMnemonic } from 'subnetkit/crypto'
 *
 * const pair = keyPairFromMnemonic(generateMnemonic())
 * const longer = generateMnemonic(crypto.getRandomValues(new Uint8Array(32))) // 24 words
 * ```
 */
export function generateMnemonic(entropy: Uint8Array = randomBytes(16)): string {
  assertBytes('entropy', entropy)
  if (!ENTROPY_LENGTHS.includes(entropy.length)) {
    throw new InvalidArgumentError({
      field: 'entropy',
      value: `${entropy.length} bytes`,
      remedy: 'Pass 16, 20, 24, 28 or 32 random bytes.',
    })
  }
  return entropyToMnemonic(entropy, wordlist)
}

/**
 * The entropy (16 to 32 bytes) a mnemonic stands for, checksum verified. White space between words is free.
 *
 * @throws InvalidMnemonicError
 */
export function entropyOfMnemonic(phrase: string): Uint8Array {
  assertText('phrase', phrase)
  const words = phrase.normalize('NFKD').trim().split(/\s+/)
  if (!WORD_COUNTS.includes(words.length)) throw new InvalidMnemonicError({ fault: 'word-count' })
  const unknownWordsAt = words.flatMap((word, index) => (wordlist.includes(word) ? [] : [index + 1]))
  if (unknownWordsAt.length > 0) throw new InvalidMnemonicError({ fault: 'unknown-word', unknownWordsAt })
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch {
    throw new InvalidMnemonicError({ fault: 'checksum' })
  }
}

/**
 * The 32-byte mini secret of a mnemonic as Substrate chains compute it: PBKDF2 over the *entropy*, not over the
 * words, so other BIP39 tools give other accounts. About 10 ms.
 *
 * @throws InvalidMnemonicError
 * @source substrate-bip39 `mini_secret_from_entropy`
 */
export function miniSecretOfMnemonic(phrase: string, passphrase = ''): Uint8Array {
  assertText('passphrase', passphrase)
  const salt = utf8ToBytes(`mnemonic${passphrase}`)
  return pbkdf2(sha512, entropyOfMnemonic(phrase), salt, { c: 2048, dkLen: 64 }).slice(0, 32)
}
