import { describe, expect, it } from 'vitest'
import { addressOf, bytesOfHex } from '../../src/crypto/index.js'
import { weightsCommitHash } from '../../src/ledger/index.js'
import { asHotkey } from '../../src/units/index.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly account_bytes_hex: string
    readonly storage_index: number
    readonly uids: readonly number[]
    readonly values: readonly number[]
    readonly salt: readonly number[]
    readonly version_key: number
  }
  readonly expected: { readonly commit_hash_hex: string }
}

describe('commit_hash.json', () => {
  const cases = vectorFiles('ledger')
    .filter(({ name }) => name === 'commit_hash.json')
    .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

  it('hides weights by the hash of the reference', () => {
    expect(cases).toHaveLength(24)
    for (const { input, expected } of cases) {
      const { uids, values, salt, storage_index: index, version_key: versionKey } = input
      const hash = weightsCommitHash({
        hotkey: asHotkey(addressOf(bytesOfHex(input.account_bytes_hex))),
        netuid: index % 4_096,
        mechanism: Math.floor(index / 4_096),
        uids,
        values,
        salt,
        versionKey,
      })
      expect([input, hash]).toEqual([input, expected.commit_hash_hex])
    }
  })
})
