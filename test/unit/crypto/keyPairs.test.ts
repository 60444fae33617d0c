import { describe, expect, it } from 'vitest'
import { bytesOfHex, hexOf, keyPairFromUri } from '../../../src/crypto/index.js'

describe('keyPairFromUri', () => {
  it('derives the development accounts', () => {
    const alice = keyPairFromUri('//Alice')
    expect(alice.address).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(hexOf(alice.revealSecret().secretKey).slice(0, 8)).toBe('33a6f309')
    expect(keyPairFromUri('//Alice///password').address).toBe(
      '5DDZ925gBq5PjNFM8yKTKWVoq1mf9veLGFHvpC6sHWXk6Wpe',
    )
    expect(keyPairFromUri('//Alice', { scheme: 'ed25519' }).address).toBe(
      '5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu',
    )
    expect(alice.verify(bytesOfHex('00'), alice.sign(bytesOfHex('00')))).toBe(true)
  })
})
