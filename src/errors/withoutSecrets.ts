/** What stands for the part that is left out. */
const HIDDEN = '(not shown)'

/** Four words or more of the lengths that words of a mnemonic have, wherever they stand; a shorter run gives too little away. */
const WORDS = /(?<!\p{L})\p{L}{3,8}(?:\s+\p{L}{3,8}){3,}(?!\p{L})/gu

/** A seed or a secret key at the beginning; further behind it is as likely the name of a file. */
const DIGITS = /^(\s*(?:\.{0,2}\/)*)(?:0x)?[0-9a-fA-F]{64,}/

/**
 * Text that a person gave, without what may be a mnemonic or a seed: they get put where something else is asked for, a path or
 * a command, and errors end in logs.
 */
export function withoutSecrets(text: string): string {
  return text.replace(WORDS, HIDDEN).replace(DIGITS, `$1${HIDDEN}`)
}
