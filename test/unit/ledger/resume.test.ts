import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { hexOf } from '../../../src/crypto/index.js'
import { Ledger, SnapshotError } from '../../../src/ledger/index.js'
import type { Store } from '../../../src/ledger/state/Store.js'
import { ALL_TABLES } from '../../../src/ledger/state/tables.js'
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
      check(new FileStore(join(folder, 'records'), ALL_TABLES))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses an empty store, as a new chain refuses one that is not', () => {
    const store = new MemoryStore()
    expect(() => Ledger.resume({ runEpoch, store })).toThrow(SnapshotError)
    const genesis = { config: localnetPreset().config, endowments: [] }
    new Ledger(genesis, { runEpoch, store })
    expect(() => new Ledger(genesis, { runEpoch, store })).toThrow('Invalid options.store')
  })
})
