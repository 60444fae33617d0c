import { base58 } from '@scure/base'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  decodeAddress,
  hexOf,
  InvalidAddressError,
  isAddress,
  parseAddress,
  publicKeyOf,
} from '../../../src/crypto/index.js'
import { ShapeError } from '../../../src/errors/index.js'
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
    ['1'.repeat(5000), 'length'],
    [ALICE.replace('w', '0'), 'alphabet'],
    [` ${ALICE}`, 'alphabet'],
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
