import { describe, expect, it } from 'vitest'
import {
  artefactDigest,
  decodeArtefactCommitment,
  encodeArtefactCommitment,
  saltedDigest,
} from '../../../src/artefact/index.js'
import { encodeCanonical } from '../../../src/codec/index.js'
import { bytesOfHex, hexOf, keyPairFromUri, publicKeyOf, sha256 } from '../../../src/crypto/index.js'

const bob = keyPairFromUri('//Bob').hotkey
const eve = keyPairFromUri('//Eve').hotkey
const bytes = Uint8Array.of(1, 2, 3)
const digest = artefactDigest(bob, bytes)
const entry = (kind: string, size = 3) => ({ kind, bytes: size, digest })

describe('the digest of an artefact', () => {
  it('is SHA-256 of the public key and the SHA-256 of the bytes', () => {
    expect(digest).toBe(hexOf(sha256(Buffer.concat([publicKeyOf(bob), sha256(bytes)]))))
    expect(saltedDigest(bob, sha256(bytes))).toBe(digest)
  })

  it('is another for another hotkey', () => {
    expect(artefactDigest(eve, bytes)).not.toBe(digest)
  })
})

describe('a commitment to artefacts', () => {
  it('is read as it was written', () => {
    const entries = [entry('policy'), entry('index-2.b_c', 2 ** 32 - 1)]
    expect(decodeArtefactCommitment(encodeArtefactCommitment(entries))).toEqual(entries)
  })

  it('takes 13 bytes, and 41 besides its kind for each, so that eleven fit', () => {
    const kinds = (count: number) =>
      Array.from({ length: count }, (_, at) => entry(`a${'abcdefghijkl'[at]}`, 70_000))
    expect(encodeArtefactCommitment(kinds(1)).length).toBe(13 + 43)
    expect(encodeArtefactCommitment(kinds(11)).length).toBe(13 + 11 * 43)
    expect(() => encodeArtefactCommitment(kinds(12))).toThrow(/Invalid entries: .* Commit to fewer artefacts/)
  })

  it('is refused with two of one kind', () => {
    expect(() => encodeArtefactCommitment([entry('a'), entry('a')])).toThrow(
      'Invalid entries[1].kind: "a". Commit to one artefact of each kind',
    )
  })

  const form = 'artefacts/1'
  const row = ['a', 3, bytesOfHex(digest)] as const
  it.each([
    ['no canonical bytes', Uint8Array.of(0xc1)],
    ['a text', new TextEncoder().encode('https://example.org')],
    ['a list of another form', encodeCanonical(['artefacts/2', row])],
    ['nothing at all', encodeCanonical([form])],
    ['a row too short', encodeCanonical([form, ['a', 3]])],
    ['a row too long', encodeCanonical([form, [...row, 1]])],
    ['a kind of other letters', encodeCanonical([form, ['a b', 3, row[2]]])],
    ['no bytes', encodeCanonical([form, ['a', 0, row[2]]])],
    ['part of a byte', encodeCanonical([form, ['a', 1.5, row[2]]])],
    ['more bytes than there can be', encodeCanonical([form, ['a', 2 ** 32, row[2]]])],
    ['a digest too short', encodeCanonical([form, ['a', 3, row[2].slice(1)]])],
    ['one kind twice', encodeCanonical([form, row, row])],
    ['more than there is room for', new Uint8Array(513)],
  ])('is not %s', (_what, other) => {
    expect(decodeArtefactCommitment(Uint8Array.from(other))).toBeUndefined()
  })
})
