import { sha256 as inJavaScript } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nativeSha256, nativeSha256Hex } from '../../../src/crypto/nativeSha256.js'

describe('nativeSha256', () => {
  it('is there on Node', () => {
    expect(nativeSha256).toBeDefined()
  })

  it('gives the digest of the code in JavaScript, as plain bytes, for any bytes and any place in a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_096 }), fc.nat(64), (bytes, skip) => {
        const view = bytes.subarray(Math.min(skip, bytes.length))
        const digest = nativeSha256?.(view)
        expect(digest).toEqual(inJavaScript(view))
        expect(digest?.constructor).toBe(Uint8Array)
        expect(nativeSha256Hex?.(view)).toBe(bytesToHex(inJavaScript(view)))
      }),
    )
  })

  it('gives a digest of its own each time', () => {
    const first = nativeSha256?.(new Uint8Array(3))
    nativeSha256?.(new Uint8Array(4))
    expect(first).toEqual(inJavaScript(new Uint8Array(3)))
  })
})
