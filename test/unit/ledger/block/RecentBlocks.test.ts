import { describe, expect, it } from 'vitest'
import { type BlockHeader, hashCalls, sealHeader } from '../../../../src/ledger/block/header.js'
import { RecentBlocks } from '../../../../src/ledger/block/RecentBlocks.js'

const STATE = 'ab'.repeat(32)

function child(parent: BlockHeader | undefined): BlockHeader {
  const number = parent === undefined ? 0 : parent.number + 1
  const parentHash = parent?.hash ?? '0'.repeat(64)
  const rest = { number, parentHash, stateHash: STATE, callsHash: hashCalls([]), callCount: 0, author: null }
  return sealHeader(undefined, rest)
}

describe('RecentBlocks', () => {
  it.each([1, 3, 8, 20])('knows the last %i blocks and no others, however many came', (windowBlocks) => {
    const made = [child(undefined)]
    const recent = new RecentBlocks({ genesisHash: made[0]?.hash ?? '', windowBlocks, headers: made })
    for (let count = 0; count < 40; count++) {
      const next = child(made.at(-1))
      made.push(next)
      recent.push(next)
      const kept = made.slice(-windowBlocks)
      expect(recent.head).toBe(next)
      expect(recent.all()).toEqual(kept)
      expect(made.map(({ hash }) => recent.numberOf(hash))).toEqual(
        made.map((header) => (kept.includes(header) ? header.number : undefined)),
      )
    }
  })

  it('refuses a block that does not follow', () => {
    const first = child(undefined)
    const recent = new RecentBlocks({ genesisHash: first.hash, windowBlocks: 3, headers: [first] })
    recent.push(child(first))
    expect(() => recent.push(child(first))).toThrow('block 1 does not follow the head')
  })
})
