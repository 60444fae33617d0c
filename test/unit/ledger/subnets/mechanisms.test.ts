import { describe, expect, it } from 'vitest'
import { MAIN_MECHANISM } from '../../../../src/ledger/neurons/columns.js'
import { decodeSnapshot } from '../../../../src/ledger/snapshot.js'
import {
  bonds,
  incentives,
  lastUpdates,
  mechanismSplits,
  ownerAccountChanges,
  weights,
} from '../../../../src/ledger/state/tables.js'
import { Harness, keyOf } from '../harness.js'

/** A subnet that may have two mechanisms: 2 x 128 uids. */
function founded(mechanismCount = 1): Harness {
  const h = new Harness({
    config: { rootKey: keyOf('root').address, mechanismRateLimitBlocks: 5, adminFreezeWindowBlocks: 0 },
    hyperparameters: { mechanismCount, maxAllowedUids: 128, commitRevealEnabled: false },
    endowedTao: { alice: 100_000, bob: 100_000, root: 1 },
  })
  h.startSubnet()
  return h
}

const setCount = (h: Harness, value: number, signer = 'alice') =>
  h.errorOf(signer, 'setHyperparameter', { netuid: 1, name: 'mechanismCount', value })

const setSplit = (h: Harness, splitU16: readonly number[] | null, signer = 'alice') =>
  h.errorOf(signer, 'setMechanismEmissionSplit', { netuid: 1, splitU16 })

const stateOf = (h: Harness) => decodeSnapshot(h.ledger.snapshot()).state

describe('the number of mechanisms', () => {
  it('is at most that of the chain, and uids of all together are bounded', () => {
    const h = founded()
    expect(setCount(h, 0)).toBe('InvalidValue')
    expect(setCount(h, 3)).toBe('InvalidValue')
    expect(setCount(h, 2, 'bob')).toBe('BadOrigin')
    expect(h.errorOf('root', 'setHyperparameter', { netuid: 7, name: 'mechanismCount', value: 2 })).toBe(
      'MechanismDoesNotExist',
    )
    expect(setCount(h, 2)).toBe(null)
    const more = { netuid: 1, name: 'maxAllowedUids', value: 129 } as const
    expect(h.errorOf('alice', 'setHyperparameter', more)).toBe('TooManyUIDsPerMechanism')
    expect(setCount(h, 1)).toBe('TxRateLimitExceeded')
    h.blocks(5)
    expect(setCount(h, 1)).toBe(null)
    expect(h.errorOf('alice', 'setHyperparameter', more)).toBe(null)
    h.blocks(5)
    expect(setCount(h, 2)).toBe('TooManyUIDsPerMechanism')
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('says how an epoch is divided: evenly, or as its owner says', () => {
    const h = founded(2)
    expect(setSplit(h, [65_534])).toBe('InvalidValue')
    expect(setSplit(h, [])).toBe('InvalidValue')
    expect(setSplit(h, [1, 1, 65_533])).toBe('InvalidValue')
    expect(setSplit(h, null, 'bob')).toBe('BadOrigin')
    const missing = h.errorOf('root', 'setMechanismEmissionSplit', { netuid: 7, splitU16: null })
    expect(missing).toBe('MechanismDoesNotExist')
    const { refusal, events } = h.call('alice', 'setMechanismEmissionSplit', {
      netuid: 1,
      splitU16: [65_535],
    })
    expect([refusal, events]).toEqual([
      null,
      [{ name: 'MechanismEmissionSplitSet', netuid: 1, data: { splitU16: [65_535] } }],
    ])
    expect(h.subnet().mechanismEmissionSplitU16).toEqual([65_535])
    expect(setSplit(h, null)).toBe('TxRateLimitExceeded')
    // Root's clock is nobody's.
    expect(setSplit(h, null, 'root')).toBe(null)
    expect(setSplit(h, [65_535], 'root')).toBe(null)
    // The same number keeps the split; another one shares evenly.
    expect(setCount(h, 2, 'root')).toBe(null)
    expect(h.subnet().mechanismEmissionSplitU16).toEqual([65_535])
    expect(setCount(h, 1, 'root')).toBe(null)
    expect(h.subnet().mechanismEmissionSplitU16).toBe(null)
  })

  it('has each neuron begin in all of them, and takes what a removed one had', () => {
    const h = founded(2)
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('bob-hot'), limitRao: null })
    const registered = h.ledger.info().head.number
    const { tempoBlocks } = h.subnet().hyperparameters
    h.blocks(tempoBlocks)
    for (const mechanism of [MAIN_MECHANISM, 1]) {
      const view = h.ledger.query('metagraph', { netuid: 1, mechanism })
      expect([view?.n, view?.lastUpdate[1]]).toEqual([2, registered])
      expect(stateOf(h).get(bonds, 1, mechanism)).toBeDefined()
    }
    expect(h.ledger.query('metagraph', { netuid: 1, mechanism: 2 })).toBe(null)
    expect(setCount(h, 1)).toBe(null)
    expect(h.ledger.query('metagraph', { netuid: 1, mechanism: 1 })).toBe(null)
    for (const table of [weights, bonds, incentives, lastUpdates]) {
      expect(stateOf(h).range(table as typeof bonds, 1, 1)).toEqual([])
    }
    h.blocks(5)
    // One that comes later knows nothing of anybody.
    expect(setCount(h, 2)).toBe(null)
    const later = h.ledger.query('metagraph', { netuid: 1, mechanism: 1 })
    expect([later?.lastUpdate, later?.incentiveU16]).toEqual([new Float64Array(2), new Uint16Array(2)])
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('bob-2'), limitRao: null })
    const newest = h.ledger.query('metagraph', { netuid: 1, mechanism: 1 })
    expect([...(newest?.lastUpdate ?? [])]).toEqual([0, 0, h.ledger.info().head.number])
    h.blocks(tempoBlocks)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    expect(decodeSnapshot(h.ledger.snapshot()).state.root()).toBe(stateOf(h).root())
  })

  it('leaves nothing to the next subnet of the number', () => {
    const h = founded(2)
    expect(setSplit(h, [65_535])).toBe(null)
    expect(setCount(h, 2)).toBe(null)
    expect(stateOf(h).range(ownerAccountChanges, 1)).toHaveLength(1)
    expect(h.errorOf('root', 'dissolveNetwork', { netuid: 1 })).toBe(null)
    expect(stateOf(h).range(ownerAccountChanges)).toEqual([])
    expect(stateOf(h).range(mechanismSplits)).toEqual([])
  })
})
