import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../../src/chain/index.js'
import { runEpoch } from '../../../../src/consensus/index.js'
import { hexOf } from '../../../../src/crypto/index.js'
import { sealHeader } from '../../../../src/ledger/block/header.js'
import { type BlockHeader, Ledger } from '../../../../src/ledger/index.js'
import { MemoryStore } from '../../../support/MemoryStore.js'
import { Harness, keyOf } from '../harness.js'

describe('the author of a block', () => {
  it('is in its header, and so in its hash', () => {
    const { ledger } = new Harness()
    const author = keyOf('maker').address
    const nobody = ledger.finalizeBlock([]).header
    expect(nobody.author).toBe(null)
    const { header } = ledger.finalizeBlock([], { author })
    expect(header).toEqual({ ...nobody, author, hash: header.hash })
    expect(header.hash).not.toBe(nobody.hash)
    expect(ledger.finalizeBlock([], { author: keyOf('other').address }).header.hash).not.toBe(header.hash)
  })

  it('and all else is hashed alike, whichever headers of other chains were hashed in between', () => {
    const rest = {
      number: 7,
      parentHash: '1'.repeat(64),
      stateHash: '2'.repeat(64),
      callCount: 1,
      author: null,
    }
    const [calls, others] = ['3'.repeat(64), '4'.repeat(64)]
    const chains = ['5'.repeat(64), '6'.repeat(64)]
    const hashes = (list: readonly string[]): string[] =>
      list.flatMap((genesis) =>
        [calls, others, calls].map((callsHash) => sealHeader(genesis, { ...rest, callsHash }).hash),
      )
    const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
    const text = (value: string): Buffer =>
      Buffer.concat([Buffer.from(Uint32Array.of(value.length).buffer), Buffer.from(value)])
    const expected = (genesis: string, callsHash: string): string =>
      createHash('sha256')
        .update(text('subnetkit/block/4'))
        .update(bytes(genesis + rest.parentHash + rest.stateHash + callsHash))
        .update(text(''))
        .update(Buffer.from(Float64Array.of(7, 1).buffer))
        .digest('hex')
    expect(hashes([...chains, ...chains])).toEqual(
      [...chains, ...chains].flatMap((genesis) =>
        [calls, others, calls].map((callsHash) => expected(genesis, callsHash)),
      ),
    )
  })

  it('is kept by snapshot and store', () => {
    const store = new MemoryStore()
    const genesis = { config: localnetPreset().config, endowments: [] }
    const ledger = new Ledger(genesis, { runEpoch, store })
    for (const author of [keyOf('a').address, null, keyOf('b').address]) {
      ledger.finalizeBlock([], author === null ? {} : { author })
      ledger.commit()
    }
    const { head } = ledger.info()
    expect(head.author).toBe(keyOf('b').address)
    for (const taken of [
      Ledger.restore(ledger.snapshot(), { runEpoch }),
      Ledger.resume({ runEpoch, store }),
    ]) {
      expect(taken.info().head).toEqual(head)
      expect(hexOf(taken.snapshot())).toBe(hexOf(ledger.snapshot()))
    }
  })
})

describe('the parent of a block', () => {
  it('is the head, and no other block', () => {
    const { ledger } = new Harness()
    const { genesisHash } = ledger.info()
    expect(ledger.finalizeBlock([], { parentHash: genesisHash }).header.parentHash).toBe(genesisHash)
    const { hash } = ledger.commit()
    expect(() => ledger.finalizeBlock([], { parentHash: genesisHash })).toThrow('input.parentHash')
    expect(() => ledger.commit()).toThrow('There is no finalized block')
    expect(ledger.finalizeBlock([], { parentHash: hash }).header.number).toBe(2)
  })
})

describe('a state hash every 7 blocks', () => {
  const config = { stateHashEveryBlocks: 7 } as const

  /** Makes blocks of a call each on all ledgers alike. */
  function grow(h: Harness, ledgers: readonly Ledger[], count: number): BlockHeader[] {
    return Array.from({ length: count }, () => {
      const call = h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n })
      const made = ledgers.map((ledger) => {
        ledger.finalizeBlock([call])
        return ledger.commit()
      })
      for (const header of made) expect(header).toEqual(made[0])
      return made[0] as BlockHeader
    })
  }

  it('is repeated in between, while the hashes of blocks cover their calls', () => {
    const h = new Harness({ config })
    const genesis = h.ledger.info().head
    const headers = grow(h, [h.ledger], 15)
    const stateHashes = headers.map(({ stateHash }) => stateHash)
    expect(new Set(stateHashes.slice(0, 6))).toEqual(new Set([genesis.stateHash]))
    expect(new Set(stateHashes.slice(6, 13)).size).toBe(1)
    expect(new Set([genesis.stateHash, ...stateHashes]).size).toBe(3)
    expect(new Set(headers.map(({ hash }) => hash)).size).toBe(15)
    const call = h.sign('bob', 'transfer', { to: h.key('alice').address, amountRao: 1_000n })
    const [full, empty] = [h.ledger.finalizeBlock([call]).header, h.ledger.finalizeBlock([]).header]
    expect(full.stateHash).toBe(empty.stateHash)
    expect(full.hash).not.toBe(empty.hash)
  })

  it('is that of all records, whatever changed since the last', () => {
    const h = new Harness({ config })
    h.startSubnet()
    grow(h, [h.ledger], 11)
    const taken = Ledger.restore(h.ledger.snapshot(), { runEpoch })
    // The one that was taken up has hashed every record.
    const before = taken.info().head
    const [hashed] = grow(h, [h.ledger, taken], 2)
    expect([before.number, hashed?.number]).toEqual([13, 14])
    expect(hashed?.stateHash).not.toBe(before.stateHash)
  })

  it('lets a chain be taken up at any block', () => {
    const store = new MemoryStore()
    const h = new Harness({ config })
    const ledger = Ledger.restore(h.ledger.snapshot(), { runEpoch, store })
    for (let count = 0; count < 16; count++) {
      grow(h, [ledger, h.ledger], 1)
      const restored = Ledger.restore(ledger.snapshot(), { runEpoch })
      const resumed = Ledger.resume({ runEpoch, store })
      for (const taken of [restored, resumed]) {
        expect(hexOf(taken.snapshot())).toBe(hexOf(ledger.snapshot()))
      }
      const call = h.sign('bob', 'transfer', { to: h.key('alice').address, amountRao: 1_000n })
      const next = [ledger, h.ledger, restored].map((one) => one.finalizeBlock([call]).header)
      expect(new Set(next.map(({ hash }) => hash)).size).toBe(1)
      for (const one of [ledger, h.ledger]) one.commit()
    }
  })
})
