import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  blake2b256,
  bytesOfHex,
  chainCodeOf,
  entropyOfMnemonic,
  generateMnemonic,
  hexOf,
  InvalidMnemonicError,
  sha256,
  sha256Hex,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { thrownBy } from './thrownBy.js'

describe('hexOf and bytesOfHex', () => {
  it('read either case, with or without 0x', () => {
    expect(hexOf(bytesOfHex('0xDEADbeef'))).toBe('deadbeef')
    expect(bytesOfHex('')).toEqual(new Uint8Array(0))
  })

  it.each(['abc', 'zz', '0x0', '0x0x00'])('refuse %s without quoting it', (text) => {
    const error = thrownBy(() => bytesOfHex(text), InvalidArgumentError)
    expect(error.value).toBe(`${text.length} characters`)
  })
})

describe('hashes', () => {
  it('agree with published digests', () => {
    const abc = new TextEncoder().encode('abc')
    expect(hexOf(blake2b256(abc))).toBe('bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319')
    expect(hexOf(sha256(abc))).toBe(createHash('sha256').update(abc).digest('hex'))
    expect(sha256Hex(abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('chainCodeOf', () => {
  it('writes the length of long text in two bytes before it hashes it', () => {
    // 100 characters: SCALE compact 100 is 0x91 0x01.
    const encoded = Uint8Array.of(0x91, 0x01, ...new TextEncoder().encode('j'.repeat(100)))
    expect(hexOf(chainCodeOf('j'.repeat(100)))).toBe(hexOf(blake2b256(encoded)))
  })

  it('pads text of 31 bytes and hashes text of 32', () => {
    expect(hexOf(chainCodeOf('j'.repeat(31)))).toBe(`7c${'6a'.repeat(31)}`)
    const encoded = Uint8Array.of(0x80, ...new TextEncoder().encode('j'.repeat(32)))
    expect(hexOf(chainCodeOf('j'.repeat(32)))).toBe(hexOf(blake2b256(encoded)))
  })

  it('holds the largest 64-bit number', () => {
    expect(hexOf(chainCodeOf('18446744073709551615'))).toBe('ff'.repeat(8) + '00'.repeat(24))
  })
})

describe('mnemonics', () => {
  it.each([16, 20, 24, 28, 32])('give %i bytes of entropy back', (length) => {
    const entropy = new Uint8Array(length).fill(length)
    const phrase = generateMnemonic(entropy)
    expect(phrase.split(' ')).toHaveLength((length / 4) * 3)
    expect(entropyOfMnemonic(`  ${phrase.replaceAll(' ', ' \n')} `)).toEqual(entropy)
  })

  it('are new each time, of 12 words, when no entropy is given', () => {
    const phrases = Array.from({ length: 20 }, () => generateMnemonic())
    expect(new Set(phrases).size).toBe(20)
    expect(phrases.map((phrase) => entropyOfMnemonic(phrase).length)).toEqual(phrases.map(() => 16))
    expect(new Set(phrases.flatMap((phrase) => phrase.split(' '))).size).toBeGreaterThan(100)
  })

  it('refuse other amounts of entropy', () => {
    const error = thrownBy(() => generateMnemonic(new Uint8Array(17)), InvalidArgumentError)
    expect(error).toMatchObject({ field: 'entropy', value: '17 bytes' })
  })

  it.each([
    ['abandon '.repeat(11), 'word-count'],
    ['abandon '.repeat(12), 'checksum'],
    [`${'abandon '.repeat(11)}nonsense`, 'unknown-word'],
  ] as const)('refuse %s', (phrase, fault) => {
    const error = thrownBy(() => entropyOfMnemonic(phrase), InvalidMnemonicError)
    expect(error.fault).toBe(fault)
    expect(error.docsPath).toBe('errors#invalid-mnemonic')
  })
})
