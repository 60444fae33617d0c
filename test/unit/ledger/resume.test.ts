import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { hexOf } from '../../../src/crypto/index.js'
import type { EmissionPolicy } from '../../../src/emission/index.js'
import { Ledger, SnapshotError } from '../../../src/ledger/index.js'
import type { Store } from '../../../src/ledger/state/Store.js'
import type { Key, Table } from '../../../src/ledger/state/table.js'
import { config, genesisHash, headers, hotkeys, KEPT_TABLES } from '../../../src/ledger/state/tables.js'
import { FileStore } from '../../support/FileStore.js'
import { MemoryStore } from '../../support/MemoryStore.js'
import { Harness } from './harness.js'

/** A chain with a subnet, stake and an epoch behind it, taken up from its snapshot into a store. */
function chainIn(store: Store): { ledger: Ledger; h: Harness } {
  const h = new Harness()
  h.startSubnet()
  h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('v'), limitRao: null })
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
  h.blocks(12)
  return { ledger: Ledger.restore(h.ledger.snapshot(), { runEpoch, store }), h }
}

function check(store: Store): void {
  const { ledger, h } = chainIn(store)
  for (let count = 0; count < 4; count++) {
    ledger.finalizeBlock(
      count === 0 ? [h.sign('bob', 'transfer', { to: h.key('alice').address, amountRao: 1_000n })] : [],
    )
    ledger.commit()
    expect(hexOf(Ledger.resume({ runEpoch, store }).snapshot())).toBe(hexOf(ledger.snapshot()))
  }
  ledger.finalizeBlock([])
  expect(Ledger.resume({ runEpoch, store }).info().head.number).toBe(ledger.info().head.number)
}

describe('Ledger.resume', () => {
  it('goes on from memory where the last block was committed', () => check(new MemoryStore()))

  it('goes on from a file where the last block was committed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'subnetkit-resume-'))
    try {
      check(new FileStore(join(folder, 'records'), KEPT_TABLES))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses an empty store, as a new chain refuses one that is not', () => {
    const store = new MemoryStore()
    expect(() => Ledger.resume({ runEpoch, store })).toThrow(SnapshotError)
    const genesis = { config: localnetPreset().config, endowments: [] }
    new Ledger(genesis, { runEpoch, store })
    expect(() => new Ledger(genesis, { runEpoch, store })).toThrow('Invalid store')
  })

  it('refuses records and headers that no ledger wrote there', () => {
    const wrong: [what: string, change: (store: MemoryStore, head: number) => void][] = [
      ['another block 0', (store) => put(store, genesisHash, [], 'ab'.repeat(32))],
      ['a head of another hash', (store, head) => putHeader(store, head, { hash: 'ab'.repeat(32) })],
      ['an older header of another hash', (store) => putHeader(store, 3, { hash: 'ab'.repeat(32) })],
      ['a missing header', (store) => put(store, headers, [3], undefined)],
      ['no head', (store, head) => put(store, headers, [head], undefined)],
      ['a header to come', (store, head) => putHeader(store, head + 9, {})],
      ['a setting of another version', (store) => put(store, config, [], { chainId: 'old' })],
      ['a record without its columns', (store) => put(store, hotkeys, ['ab'.repeat(32)], {})],
      ['a record that is none', (store) => put(store, hotkeys, ['ab'.repeat(32)], null)],
    ]
    for (const [what, change] of wrong) {
      const store = new MemoryStore()
      const head = chainIn(store).ledger.info().head.number
      change(store, head)
      expect([what, thrownBy(() => Ledger.resume({ runEpoch, store }))]).toEqual([what, 'SnapshotError'])
    }
  })

  it('says what the store says when it cannot read or write', () => {
    const failing = (): never => {
      throw new RangeError('the disk is gone')
    }
    const { ledger } = chainIn(new MemoryStore())
    const store = { get: () => undefined, range: failing, write: failing }
    expect(() => Ledger.resume({ runEpoch, store })).toThrow(RangeError)
    expect(() => Ledger.restore(ledger.snapshot(), { runEpoch, store })).toThrow(RangeError)
  })
})

describe('A store', () => {
  it('takes no second chain from a snapshot', () => {
    const store = new MemoryStore()
    const { ledger } = chainIn(store)
    expect(() => Ledger.restore(new Harness().ledger.snapshot(), { runEpoch, store })).toThrow(
      'Invalid store',
    )
    expect(hexOf(Ledger.resume({ runEpoch, store }).snapshot())).toBe(hexOf(ledger.snapshot()))
  })

  it('stays empty when the ledger cannot be made', () => {
    const store = new MemoryStore()
    const genesis = { config: localnetPreset().config, endowments: [] }
    const nameless = { split: () => [] } as unknown as EmissionPolicy
    expect(() => new Ledger(genesis, { runEpoch, store, policy: nameless })).toThrow('Invalid policy')
    const snapshot = new Ledger(genesis, { runEpoch, store }).snapshot()
    const other = new MemoryStore()
    expect(() => Ledger.restore(snapshot, { runEpoch, store: other, policy: nameless })).toThrow(
      'Invalid policy',
    )
    Ledger.restore(snapshot, { runEpoch, store: other })
  })
})

function put(store: Store, table: unknown, key: readonly unknown[], record: unknown): void {
  store.write([{ table: table as Table<Key, unknown>, key: key as Key, record }])
}

function putHeader(store: Store, number: number, change: object): void {
  put(store, headers, [number], { ...store.get(headers, [3]), ...store.get(headers, [number]), ...change })
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return (error as Error).name
  }
}
