import { describe, expect, it } from 'vitest'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { hexOf, publicKeyOf } from '../../../src/crypto/index.js'
import { sealHeader } from '../../../src/ledger/block/header.js'
import { Ledger, SnapshotError } from '../../../src/ledger/index.js'
import { decodeSnapshot } from '../../../src/ledger/snapshot.js'
import type { AccountId } from '../../../src/ledger/state/account.js'
import { ByteWriter } from '../../../src/ledger/state/bytes.js'
import { LedgerState } from '../../../src/ledger/state/LedgerState.js'
import { type Key, type Table, writeKey } from '../../../src/ledger/state/table.js'
import {
  type AccountRecord,
  ALL_TABLES,
  accounts,
  autoStakes,
  axons,
  bonds,
  chain,
  childkeys,
  clocks,
  config,
  epochs,
  hotkeys,
  lastUpdates,
  neurons,
  ownerChanges,
  prices,
  reserves,
  shares,
  stakes,
  weights,
} from '../../../src/ledger/state/tables.js'
import type { Address } from '../../../src/units/index.js'
import { Harness, keyOf } from './harness.js'

type Link = [stateHash: string, callsHash: string, callCount: number, author: Address | null]
type Chain = [first: number, parent: string, links: Link[], headHash: string]
type Snapshot = [format: string, genesisHash: string, chain: Chain, stateHash: string, records: Uint8Array]
type Account = readonly [key: readonly [AccountId], record: AccountRecord]
type Rows = (readonly [Key, unknown])[]

function lively(callWindowBlocks = 4_096): Harness {
  const h = new Harness({ config: { callWindowBlocks }, hyperparameters: { weightsSetRateLimitBlocks: 0 } })
  h.startSubnet()
  for (const name of ['v', 'm']) {
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
  }
  h.call('m', 'serveAxon', { netuid: 1, ip: '127.0.0.1', port: 5, version: 1 })
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
  h.blocks(12)
  h.call('v', 'setWeights', { netuid: 1, uids: [0, 2], values: [1, 2], versionKey: 0 })
  h.call('alice', 'decreaseTake', { hotkey: h.hotkey('alice-hot'), takeU16: 7 })
  h.blocks(11)
  return h
}

const read = (bytes: Uint8Array): Snapshot => structuredClone(decodeCanonical(bytes)) as never as Snapshot
const restore = (snapshot: Snapshot): Ledger =>
  Ledger.restore(encodeCanonical(snapshot as never as CanonicalValue), { runEpoch })

/** A change of the state that its head names, so that only the change itself can be refused. */
function forged(bytes: Uint8Array, change: (state: LedgerState) => void): Snapshot {
  const snapshot = read(bytes)
  const state = stateOf(snapshot)
  change(state)
  snapshot[4] = state.encode()
  snapshot[3] = state.root()
  snapshot[2][2].at(-1)![0] = snapshot[3]
  snapshot[2][3] = headHash(snapshot)
  return snapshot
}

/** The same records, but rows of a table written otherwise. */
function rewritten(bytes: Uint8Array, other: Table<Key, unknown>, change: (rows: Rows) => void): Snapshot {
  const snapshot = read(bytes)
  const state = stateOf(snapshot)
  const writer = new ByteWriter()
  for (const table of ALL_TABLES) {
    const rows = state.range(table)
    if (table === other) change(rows)
    writer.text(table.name)
    writer.u32(rows.length)
    for (const [key, record] of rows) {
      writeKey(writer, key, table.parts)
      table.write(writer, record)
    }
  }
  snapshot[4] = writer.taken().slice()
  return snapshot
}

function stateOf(snapshot: Snapshot): LedgerState {
  const state = new LedgerState()
  state.load(snapshot[4])
  return state
}

/** Hash of the head as its headers say. */
function headHash([, genesisHash, [number, parent, links]]: Snapshot): string {
  return links.reduce((parentHash, [stateHash, callsHash, callCount, author], at) => {
    const header = { number: number + at, parentHash, stateHash, callsHash, callCount, author }
    return sealHeader(number + at === 0 ? undefined : genesisHash, header).hash
  }, parent)
}

/** Writes over the first record of a table with what its type would not allow. */
function spoil<K extends Key, R>(state: LedgerState, table: Table<K, R>, change: object): void {
  const [key, record] = state.range(table as Table<Key, R>)[0]!
  state.set(table as Table<Key, R>, key, { ...record, ...change })
}

describe('Ledger.restore', () => {
  it('takes what it wrote, with whatever window of headers, and writes it again to the same bytes', () => {
    for (const window of [1, 3, 4_096]) {
      const bytes = lively(window).ledger.snapshot()
      const again = Ledger.restore(bytes, { runEpoch })
      expect(hexOf(again.snapshot())).toBe(hexOf(bytes))
    }
  })

  it('knows the blocks that calls may name, and goes on with them', () => {
    const h = lively(8)
    const restored = Ledger.restore(h.ledger.snapshot(), { runEpoch })
    const { head } = h.ledger.info()
    expect(restored.query('recentBlock', { hash: head.hash })).toBe(head.number)
    expect(restored.query('recentBlock', { hash: h.ledger.info().genesisHash })).toBe(null)
    const call = h.sign('bob', 'transfer', { to: h.key('alice').address, amountRao: 1_000n })
    expect(restored.finalizeBlock([call]).header).toEqual(h.ledger.finalizeBlock([call]).header)
  })

  it('refuses a head, a header or a block 0 that does not follow from what it says', () => {
    const bytes = lively().ledger.snapshot()
    const wrong: [what: string, change: (snapshot: Snapshot) => void][] = [
      ['call count', ([, , chain]) => chain[2].at(-1)!.splice(2, 1, 77)],
      ['call count that is none', ([, , chain]) => chain[2].at(-1)!.splice(2, 1, -1)],
      ['author', ([, , chain]) => chain[2].at(-1)!.splice(3, 1, keyOf('alice').address)],
      ['author that is none', ([, , chain]) => chain[2].at(-1)!.splice(3, 1, 'alice' as Address)],
      ['calls', ([, , chain]) => chain[2].at(-1)!.splice(1, 1, 'ab'.repeat(32))],
      ['calls that are no hash', ([, , chain]) => chain[2][0]!.splice(1, 1, 'ab')],
      ['state of an earlier block', ([, , chain]) => chain[2][3]!.splice(0, 1, 'ab'.repeat(32))],
      ['parent', ([, , chain]) => chain.splice(1, 1, 'ab'.repeat(32))],
      ['number', ([, , chain]) => chain.splice(0, 1, 1)],
      ['number that is none', ([, , chain]) => chain.splice(0, 1, 0.5)],
      ['block 0', (snapshot) => snapshot.splice(1, 1, 'ab'.repeat(32))],
      ['missing header', ([, , chain]) => chain[2].shift()],
      ['no headers', ([, , chain]) => chain[2].splice(0)],
      ['head of another hash', ([, , chain]) => chain.splice(3, 1, 'ab'.repeat(32))],
    ]
    for (const [what, change] of wrong) {
      const snapshot = read(bytes)
      change(snapshot)
      expect([what, outcome(() => restore(snapshot))]).toEqual([what, 'SnapshotError'])
    }
  })

  it('refuses neurons and stake of hotkeys without an owner', () => {
    const h = lively()
    const account = hexOf(publicKeyOf(h.hotkey('v'))) as AccountId
    const snapshot = forged(h.ledger.snapshot(), (state) => state.delete(hotkeys, account))
    expect(() => restore(snapshot)).toThrow(`hotkey ${account} has no owner`)
  })

  it('refuses records out of range, though the state hash fits', () => {
    const bytes = lively().ledger.snapshot()
    const wrong: [what: string, change: (state: LedgerState) => void][] = [
      [
        'a balance that is one below zero in 64 bits, which another makes up for',
        (state) => {
          const [[one, first], [other, second]] = state.range(accounts) as [Account, Account]
          state.set(accounts, one, { ...first, balanceRao: 2n ** 64n - 1n })
          state.set(accounts, other, { ...second, balanceRao: second.balanceRao + first.balanceRao + 1n })
        },
      ],
      ['a nonce that is none', (state) => spoil(state, accounts, { nonce: 1.5 })],
      ['a nonce below zero', (state) => spoil(state, accounts, { nonce: -1 })],
      ['a block number that is none', (state) => spoil(state, chain, { lastLockBlock: Number.NaN })],
      [
        'a block of a take beyond all numbers',
        (state) => spoil(state, hotkeys, { takeChangedAtBlock: 2 ** 53 }),
      ],
      ['an owner that is no account', (state) => spoil(state, hotkeys, { owner: 'me' })],
      ['a port of 0', (state) => spoil(state, axons, { port: 0 })],
      ['an address longer than any', (state) => spoil(state, axons, { ip: '1'.repeat(65) })],
      [
        'a registration below zero',
        (state) => spoil(state, neurons, { registeredAtBlock: Float64Array.of(-1, 0, 0) }),
      ],
      [
        'a last update below zero',
        (state) => spoil(state, lastUpdates, { block: Float64Array.of(-1, 0, 0) }),
      ],
      ['a permit of 2', (state) => spoil(state, epochs, { validatorPermit: Uint8Array.of(2, 2, 2) })],
      ['a target twice', (state) => spoil(state, weights, { uids: Uint16Array.of(2, 2) })],
      ['more uids than values', (state) => spoil(state, weights, { values: Uint16Array.of(1) })],
      ['bonds that end nowhere', (state) => spoil(state, bonds, { value: new Uint16Array(0) })],
      ['a target beyond the last neuron', (state) => spoil(state, weights, { uids: Uint16Array.of(0, 3) })],
      ['weights of no neuron', (state) => state.set(weights, [1, 0, 3], pairs)],
      ['weights of a mechanism that is none', (state) => state.set(weights, [1, 1, 1], pairs)],
      ['weights on no subnet', (state) => state.set(weights, [2, 0, 0], pairs)],
      ['bonds of more neurons than there are', (state) => state.set(bonds, [1, 0], noBonds(4))],
      ['bonds to no neuron', (state) => state.set(bonds, [1, 0], { ...noBonds(3), ...oneBond })],
      ['an axon of no neuron', (state) => state.set(axons, [1, 3], state.range(axons)[0]![1])],
      [
        'stake worth something on no subnet',
        (state) => {
          const [[[, hotkey], record]] = state.range(stakes) as [
            readonly [readonly [number, AccountId], object],
          ]
          state.set(stakes, [2, hotkey], { ...stakes.blank(), ...record })
        },
      ],
      [
        'a neuron whose hotkey nobody owns',
        (state) => state.delete(hotkeys, state.hotkeys(1)[1] as AccountId),
      ],
      ['prices without a subnet', (state) => spoil(state, prices, { burnRao: new BigUint64Array(1) })],
      ['prices for more subnets', (state) => spoil(state, prices, { burnRao: new BigUint64Array(3) })],
      ['clocks of different lengths', (state) => spoil(state, clocks, { epochIndex: new Float64Array(1) })],
      ['an exponent that is none', (state) => spoil(state, shares, { exponent: 0.5 })],
      ['no clocks', (state) => state.delete(clocks)],
      ['no reserves', (state) => state.delete(reserves)],
      ['no chain', (state) => state.delete(chain)],
      ['no settings', (state) => state.delete(config)],
      ['a setting out of range', (state) => spoil(state, config, { stateHashEveryBlocks: 0.5 })],
    ]
    expect(restore(forged(bytes, () => {}))).toBeInstanceOf(Ledger)
    for (const [what, change] of wrong) {
      const snapshot = forged(bytes, change)
      expect([what, outcome(() => restore(snapshot))]).toEqual([what, 'SnapshotError'])
    }
  })

  it('takes up a stake of one rao whose dividends made its shares very small, and goes on with it', () => {
    const h = new Harness({
      config: { ownerHyperparamRateLimitTempos: 0, takeRateLimitBlocks: 0 },
      hyperparameters: {
        tempoBlocks: 10,
        ownerCutEnabled: false,
        commitRevealEnabled: false,
        weightsSetRateLimitBlocks: 0,
      },
    })
    h.startSubnet()
    const hotkey = h.hotkey('alice-hot')
    const position = { netuid: 1, hotkey, coldkey: h.coldkey('alice') }
    h.call('alice', 'decreaseTake', { hotkey, takeU16: 0 })
    h.call('alice', 'addStake', { netuid: 1, hotkey, amountRao: 10n ** 10n })
    h.blocks(12)
    h.call('alice-hot', 'setWeights', { netuid: 1, uids: [0], values: [1], versionKey: 0 })
    const epoch = () => {
      const { positionAlpha } = h.ledger.query('stake', position)
      h.call('alice', 'removeStake', { netuid: 1, hotkey, amountAlpha: positionAlpha - 1n })
      h.blocks(9)
    }
    for (let count = 0; count < 130; count++) epoch()
    const bytes = h.ledger.snapshot()
    const { state } = decodeSnapshot(bytes)
    const least = Math.min(...state.range(stakes).map(([, { denominator }]) => denominator.exponent))
    expect(least).toBeLessThan(-1_000)
    const taken = Ledger.restore(bytes, { runEpoch })
    const { positionAlpha } = h.ledger.query('stake', position)
    expect(positionAlpha).toBeGreaterThan(1n)
    expect(taken.query('stake', position)).toEqual(h.ledger.query('stake', position))
    const sale = h.sign('alice', 'removeStake', { netuid: 1, hotkey, amountAlpha: positionAlpha - 1n })
    for (const calls of [[sale], ...Array<[]>(20).fill([])]) {
      h.block(...calls)
      taken.finalizeBlock(calls)
      taken.commit()
    }
    expect(taken.info().head).toEqual(h.ledger.info().head)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  }, 60_000)

  it('takes what outlives a subnet, and what may be said before there is one', () => {
    const bytes = lively().ledger.snapshot()
    const snapshot = forged(bytes, (state) => {
      const [[[, hotkey], record]] = state.range(stakes) as [readonly [readonly [number, AccountId], object]]
      // Shares that were left in a pool worth nothing.
      state.set(stakes, [2, hotkey], { ...stakes.blank(), ...record, totalAlpha: 0n })
      state.set(autoStakes, [2, nobody], nobody)
      state.set(childkeys, [2, nobody], { ...childkeys.blank(), takeU16: 9 })
      state.set(ownerChanges, [2], { changedAtBlock: { kappaU16: 3 } })
    })
    expect(restore(snapshot)).toBeInstanceOf(Ledger)
  })

  it('refuses what says the same in other bytes', () => {
    const bytes = lively().ledger.snapshot()
    const twice = rewritten(bytes, accounts, (rows) => rows.unshift(rows[0]!))
    expect(() => restore(twice)).toThrow(SnapshotError)
    const turned = rewritten(bytes, accounts, (rows) => rows.reverse())
    expect(() => restore(turned)).toThrow(SnapshotError)
    const more = read(bytes)
    more[4] = Uint8Array.of(...more[4], 0)
    expect(() => restore(more)).toThrow(SnapshotError)
    expect(restore(rewritten(bytes, accounts, () => {}))).toBeInstanceOf(Ledger)
  })
})

const nobody = 'ab'.repeat(32) as AccountId
const pairs = { uids: Uint16Array.of(0), values: Uint16Array.of(1) }
const noBonds = (n: number) => ({
  rowStart: new Uint32Array(n + 1),
  column: new Uint16Array(0),
  value: new Uint16Array(0),
})
const oneBond = {
  rowStart: Uint32Array.of(0, 1, 1, 1),
  column: Uint16Array.of(3),
  value: Uint16Array.of(1),
}

function outcome(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return (error as Error).name
  }
}
