import { describe, expect, it } from 'vitest'
import {
  derivePublicKey,
  hexOf,
  InvalidMnemonicError,
  InvalidSecretUriError,
  keyPairFromMnemonic,
  keyPairFromSeed,
  keyPairFromUri,
  SoftDerivationError,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError, ShapeError } from '../../../src/errors/index.js'
import { thrownBy } from './thrownBy.js'

const SEED = new Uint8Array(32).fill(7)
const ENGLISH = 'old leopard transfer rib spatial phone calm indicate online fire caution review'

describe('keyPairFromUri', () => {
  it.each([
    ['//Alice/', 'a junction of its path is empty'],
    ['//', 'a junction of its path is empty'],
    [`0x${'00'.repeat(31)}`, 'a 0x seed has exactly 64 hexadecimal digits'],
    [`0x${'00'.repeat(32)}///passphrase`, 'a 0x seed takes no passphrase'],
    ['some-words//Alice', 'its first part is neither words nor a 0x seed'],
    [`//${'a'.repeat(5000)}`, 'it exceeds 4096 characters'],
  ])('refuses %.40s', (uri, why) => {
    const error = thrownBy(() => keyPairFromUri(uri), InvalidSecretUriError)
    expect(error.code).toBe('InvalidSecretUri')
    expect(error.why).toBe(why)
    expect(error.shortMessage).toBe(`The secret URI cannot be read: ${why}.`)
  })

  it('keeps the secret out of the error', () => {
    const error = thrownBy(() => keyPairFromUri('correct horse battery-staple//x'), InvalidSecretUriError)
    expect(error.message).not.toContain('horse')
  })

  it('reads everything after the third slash as the passphrase, slashes included', () => {
    const passphrase = 'with//slashes/inside'
    expect(keyPairFromUri(`${ENGLISH}///${passphrase}`).address).toBe(
      keyPairFromMnemonic(ENGLISH, { passphrase }).address,
    )
  })

  it('derives from a 0x seed', () => {
    expect(keyPairFromUri(`0x${hexOf(SEED)}//a/b`).address).toBe(
      keyPairFromSeed(SEED).derive('//a/b').address,
    )
  })

  it('reads a number with leading zeros or a plus sign as the number, as Rust does', () => {
    expect(keyPairFromUri('//007').address).toBe(keyPairFromUri('//7').address)
    expect(keyPairFromUri('//+7').address).toBe(keyPairFromUri('//7').address)
  })

  it('reads numbers beyond 64 bits as text', () => {
    const largest = keyPairFromUri('//18446744073709551615').address
    expect(keyPairFromUri('//18446744073709551616').address).not.toBe(largest)
  })
})

describe('derivation with ed25519', () => {
  const pair = keyPairFromSeed(SEED, { scheme: 'ed25519' })

  it('has no soft children', () => {
    const error = thrownBy(() => pair.derive('//hard/soft'), SoftDerivationError)
    expect(error.code).toBe('SoftDerivation')
    expect(error.scheme).toBe('ed25519')
    expect(error.shortMessage).toBe('A ed25519 key has no soft children.')
  })

  it('keeps the seed of a hard child', () => {
    const child = pair.derive('//hard')
    const again = keyPairFromSeed(child.revealSecret().seed!, { scheme: 'ed25519' })
    expect(again.address).toBe(child.address)
    expect(child.address).not.toBe(pair.address)
  })
})

describe('keyPairFromSeed', () => {
  it('refuses other lengths', () => {
    const error = thrownBy(() => keyPairFromSeed(new Uint8Array(31)), ShapeError)
    expect(error).toMatchObject({ field: 'seed', expectedLength: 32, actualLength: 31 })
  })

  it('copies the seed', () => {
    const seed = SEED.slice()
    const pair = keyPairFromSeed(seed)
    seed.fill(0)
    expect(hexOf(pair.revealSecret().seed!)).toBe(hexOf(SEED))
  })
})

describe('keyPairFromMnemonic', () => {
  it('names the places of words that are not on the list, and no word', () => {
    const words = ENGLISH.replace('leopard', 'leoparb').replace('calm', 'claim')
    const error = thrownBy(() => keyPairFromMnemonic(words), InvalidMnemonicError)
    expect(error).toMatchObject({ code: 'InvalidMnemonic', fault: 'unknown-word', unknownWordsAt: [2] })
    expect(error.message).toContain('(word 2)')
    expect(error.message).not.toContain('leoparb')
  })
})

describe('derivePublicKey', () => {
  it('refuses hard junctions', () => {
    const { publicKey } = keyPairFromUri('//Alice')
    const error = thrownBy(() => derivePublicKey(publicKey, '/soft//hard'), InvalidSecretUriError)
    expect(error.why).toBe('a hard junction needs the secret key')
  })

  it('refuses bytes that are no point', () => {
    const error = thrownBy(() => derivePublicKey(new Uint8Array(32).fill(255), '/soft'), InvalidArgumentError)
    expect(error.field).toBe('publicKey')
  })
})
