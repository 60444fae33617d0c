import { inspect } from 'node:util'
import { blake2b } from '@noble/hashes/blake2.js'
import { base58 } from '@scure/base'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  DEVELOPMENT_PHRASE,
  decodeAddress,
  encodeAddress,
  hexOf,
  InvalidAddressError,
  isAddress,
  parseAddress,
  publicKeyOf,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError, ShapeError } from '../../../src/errors/index.js'
import { thrownBy } from './thrownBy.js'

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

describe('parseAddress', () => {
  it('returns the text it checked', () => {
    expect(parseAddress(ALICE)).toBe(ALICE)
  })

  it('carries the checksum 1d21 for Alice', () => {
    expect(hexOf(base58.decode(ALICE).subarray(33))).toBe('1d21')
  })

  it.each([
    ['', 'length'],
    [ALICE.slice(0, -1), 'length'],
    [`${ALICE}1`, 'length'],
    ['z'.repeat(5000), 'length'],
    [ALICE.replace('w', '0'), 'alphabet'],
    [` ${ALICE}`, 'spaces'],
    [`${ALICE}\n`, 'spaces'],
    [`${ALICE.slice(0, 20)} ${ALICE.slice(20)}`, 'spaces'],
    [`${ALICE}\u200b`, 'spaces'],
    [`\ufeff${ALICE}`, 'spaces'],
    [`${' '.repeat(30)}${ALICE}`, 'spaces'],
    [`${ALICE.slice(0, -1)}Z`, 'checksum'],
    [ALICE.replace('w', 'x'), 'checksum'],
  ] as const)('refuses %.60s (%s)', (text, fault) => {
    const error = thrownBy(() => parseAddress(text), InvalidAddressError)
    expect(error.code).toBe('InvalidAddress')
    expect(error.fault).toBe(fault)
    expect(error.text).toBe(text.slice(0, 80))
    expect(isAddress(text)).toBe(false)
  })

  it('names another network and the same key here', () => {
    const text = '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'
    const error = thrownBy(() => parseAddress(text), InvalidAddressError)
    expect(error.fault).toBe('prefix')
    expect(error.prefix).toBe(0)
    expect(error.message).toBe(
      `"${text}" is not an address: it belongs to another network (prefix 0 instead of 42). The same key is written ${ALICE} here.`,
    )
  })

  it('refuses the right prefix over 33 bytes of key', () => {
    const text = base58.encode(new Uint8Array(36).fill(42))
    expect(thrownBy(() => decodeAddress(text), InvalidAddressError).fault).toBe('length')
  })

  it.each([
    ['spaces', ` ${ALICE}`, 'it holds spaces or invisible characters. Remove them'],
    ['checksum', ALICE.replace('w', 'x'), 'its checksum does not match. A character was lost or altered'],
  ])('says of %s what to do', (_, text, sentence) => {
    expect(thrownBy(() => parseAddress(text), InvalidAddressError).message).toContain(sentence)
  })
})

describe('a secret in the place of an address', () => {
  it.each([
    DEVELOPMENT_PHRASE,
    `${DEVELOPMENT_PHRASE}//Alice`,
    'abandon '.repeat(24),
    `0x${'5e'.repeat(32)}`,
    '5e'.repeat(32),
    `0x${'5e'.repeat(32)}//Alice`,
    '5e'.repeat(64),
  ])('is not shown: %.20s', (text) => {
    const error = thrownBy(() => parseAddress(text), InvalidAddressError)
    expect(error.text).toBeUndefined()
    expect(error.message).toMatch(/^text, not shown is not an address/)
    expect(inspect(error, { depth: 5, showHidden: true })).not.toMatch(/drive|abandon|5e5e/)
  })
})

describe('network prefixes', () => {
  const { publicKey } = decodeAddress(ALICE)

  // Written by @polkadot/util-crypto.
  it.each([
    [0, '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'],
    [2, 'HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F'],
    [63, '7NPoMQbiA6trJKkjB35uk96MeJD4PGWkLQLH7k7hXEkZpiba'],
    [64, 'cEaNSpz4PxFcZ7nT1VEKrKewH67rfx6MfcM6yKojyyPz7qaqp'],
    [255, 'yGHXkYLYqxijLKKfd9Q2CB9shRVu8rPNBS53wvwGTutYg4zTg'],
    [13_116, 'bt7zDqc4kAcKZ6kWup5yyuvRAbeYPhXGxwXY4CguG476A9MCE'],
    [16_383, 'yNa8JpqfFB3q8A29rCwSgxvdU94ufJw2yKKxDgznS5m1PoFvn'],
  ])('%i are written and read as other tools do', (prefix, text) => {
    expect(encodeAddress(publicKey, prefix)).toBe(text)
    expect(decodeAddress(text)).toEqual({ prefix, publicKey })
    const error = thrownBy(() => parseAddress(text), InvalidAddressError)
    expect(error).toMatchObject({ fault: 'prefix', prefix })
    expect(error.message).toContain(`The same key is written ${ALICE} here.`)
  })

  it('all come back from what was written, each with a text of its own', () => {
    const prefixes = Array.from({ length: 16_384 }, (_, prefix) => prefix).filter(
      (prefix) => prefix !== 46 && prefix !== 47 && (prefix < 300 || prefix % 97 === 0),
    )
    const texts = prefixes.map((prefix) => encodeAddress(publicKey, prefix))
    expect(texts.map((text) => decodeAddress(text).prefix)).toEqual(prefixes)
    expect(new Set(texts).size).toBe(texts.length)
  })

  it.each([46, 47, 16_384, 65_535, 65_578, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'are not %d, which no network can have',
    (prefix) => {
      const error = thrownBy(() => encodeAddress(publicKey, prefix), InvalidArgumentError)
      expect(error).toMatchObject({ field: 'prefix', value: prefix })
    },
  )

  /** A text of any first bytes, its checksum right. */
  const withPrefixBytes = (...bytes: number[]): string => {
    const payload = Uint8Array.of(...bytes, ...publicKey)
    const checksum = blake2b(Uint8Array.of(...new TextEncoder().encode('SS58PRE'), ...payload)).subarray(0, 2)
    return base58.encode(Uint8Array.of(...payload, ...checksum))
  }

  it.each([
    ['46', [46]],
    ['47', [47]],
    ['42 in the long form', [0x4a, 0x80]],
    ['46 in the long form', [0x4b, 0x80]],
    ['a first byte of 128', [128, 0]],
    ['a first byte of 255', [255, 255]],
  ])('are refused in an address: %s', (_, bytes) => {
    expect(thrownBy(() => decodeAddress(withPrefixBytes(...bytes)), InvalidAddressError).fault).toBe(
      'reserved',
    )
  })
})

describe('an address that is read again', () => {
  it('gives the same key, and an array that nobody else has', () => {
    const first = publicKeyOf(parseAddress(ALICE))
    const right = first.slice()
    first.fill(0)
    decodeAddress(ALICE).publicKey.fill(1)
    expect(publicKeyOf(parseAddress(ALICE))).toEqual(right)
  })

  it('is right after any number of others, and a wrong one stays wrong', () => {
    const key = (at: number): Uint8Array => new Uint8Array(new Uint32Array(8).fill(at * 2_654_435_761).buffer)
    const addresses = Array.from({ length: 5_000 }, (_, at) => addressOf(key(at)))
    for (let round = 0; round < 2; round++) {
      for (const [at, address] of addresses.entries()) expect(publicKeyOf(address)).toEqual(key(at))
    }
    const wrong = `${ALICE.slice(0, -1)}Z`
    for (let round = 0; round < 2; round++)
      expect(() => decodeAddress(wrong)).toThrow(expect.objectContaining({ fault: 'checksum' }))
  })
})

describe('isAddress', () => {
  it('answers for whatever it is asked about', () => {
    expect([ALICE, '', undefined, null, 7, {}, new Uint8Array(35)].map(isAddress)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('addressOf and publicKeyOf', () => {
  it('invert each other', () => {
    const publicKey = publicKeyOf(parseAddress(ALICE))
    expect(addressOf(publicKey)).toBe(ALICE)
    expect(isAddress(addressOf(publicKey))).toBe(true)
  })

  it('refuses keys of another length', () => {
    expect(thrownBy(() => addressOf(new Uint8Array(33)), ShapeError).actualLength).toBe(33)
  })
})
