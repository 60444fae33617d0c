import { describe, expect, it } from 'vitest'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { hexOf, publicKeyOf } from '../../../src/crypto/index.js'
import { sealHeader } from '../../../src/ledger/block/header.js'
import { Ledger, SnapshotError } from '../../../src/ledger/index.js'
import { LedgerState } from '../../../src/ledger/state/LedgerState.js'
import type { EncodedTable } from '../../../src/ledger/state/RecordStore.js'
import { Harness } from './harness.js'

type Link = [stateHash: string, callsHash: string, callCount: number]
type Chain = [first: number, parent: string, links: Link[], headHash: string]
type Rows = [id: string, record: CanonicalValue][]
type Snapshot = [format: string, genesisHash: string, chain: Chain, tables: [string, Rows][]]

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
  h.call('alice', 'setTake', { hotkey: h.hotkey('alice-hot'), takeU16: 7 })
  h.blocks(11)
  return h
}

const read = (bytes: Uint8Array): Snapshot => structuredClone(decodeCanonical(bytes)) as never as Snapshot
const restore = (snapshot: Snapshot): Ledger =>
  Ledger.restore(encodeCanonical(snapshot as never as CanonicalValue), { runEpoch })

/** A change of the state that its head names, so that only the change itself can be refused. */
function forged(bytes: Uint8Array, change: (tables: Map<string, Rows>) => void): Snapshot {
  const snapshot = read(bytes)
  change(new Map(snapshot[3]))
  const state = new LedgerState()
  state.store.load(snapshot[3] as never as readonly EncodedTable[])
  snapshot[2][2].at(-1)![0] = state.store.root()
  snapshot[2][3] = headHash(snapshot)
  return snapshot
}

/** Hash of the head as its headers say. */
function headHash([, genesisHash, [number, parent, links]]: Snapshot): string {
  return links.reduce((parentHash, [stateHash, callsHash, callCount], at) => {
    const header = { number: number + at, parentHash, stateHash, callsHash, callCount }
    return sealHeader(number + at === 0 ? undefined : genesisHash, header).hash
  }, parent)
}

const first = (tables: Map<string, Rows>, table: string): [string, CanonicalValue[]] =>
  tables.get(table)![0] as [string, CanonicalValue[]]

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
    const account = hexOf(publicKeyOf(h.hotkey('v')))
    const snapshot = forged(h.ledger.snapshot(), (tables) => {
      const rows = tables.get('hotkey')!
      rows.splice(
        rows.findIndex(([id]) => id === account),
        1,
      )
    })
    expect(() => restore(snapshot)).toThrow(`hotkey ${account} has no owner`)
  })

  it('refuses records out of range, though the state hash fits', () => {
    const bytes = lively().ledger.snapshot()
    const wrong: [what: string, change: (tables: Map<string, Rows>) => void][] = [
      [
        'a balance below zero that another makes up for',
        (tables) => {
          const [[, one], [, other]] = tables.get('account') as [[string, bigint[]], [string, bigint[]]]
          other[0]! += one[0]! + 1n
          one[0] = -1n
        },
      ],
      ['a nonce that is none', (tables) => first(tables, 'account')[1].splice(1, 1, 1.5)],
      ['a nonce below zero', (tables) => first(tables, 'account')[1].splice(1, 1, -1)],
      ['a block number as text', (tables) => first(tables, 'chain')[1].splice(3, 1, '7')],
      ['a take above one', (tables) => first(tables, 'hotkey')[1].splice(1, 1, 65_536)],
      ['an owner that is no account', (tables) => first(tables, 'hotkey')[1].splice(0, 1, 'me')],
      ['a last update below zero', (tables) => first(tables, 'neuron')[1].splice(2, 1, -1)],
      ['a permit of 2', (tables) => (first(tables, 'epoch')[1][1] as Uint8Array).fill(2)],
      ['a target twice', (tables) => first(tables, 'weights')[1].splice(0, 1, Uint8Array.of(2, 0, 2, 0))],
      ['more uids than values', (tables) => first(tables, 'weights')[1].splice(1, 1, Uint8Array.of(1, 0))],
      ['bonds that end nowhere', (tables) => first(tables, 'bonds')[1].splice(1, 1, new Uint8Array())],
      ['an exponent that is none', (tables) => first(tables, 'share')[1].splice(1, 1, 0.5)],
      ['an account of another form', (tables) => first(tables, 'account').splice(0, 1, 'AB'.repeat(32))],
      ['no clock', (tables) => tables.get('subnetClock')!.splice(0)],
      ['no pool', (tables) => tables.get('subnetPool')!.splice(0)],
      ['no chain', (tables) => tables.get('chain')!.splice(0)],
      [
        'a setting out of range',
        (tables) => {
          const config = tables.get('config')![0]![1] as Record<string, CanonicalValue>
          config.maxTakeU16 = 70_000
        },
      ],
    ]
    for (const [what, change] of wrong) {
      const snapshot = forged(bytes, change)
      expect([what, outcome(() => restore(snapshot))]).toEqual([what, 'SnapshotError'])
    }
  })

  it('refuses what says the same in other bytes', () => {
    const bytes = lively().ledger.snapshot()
    const twice = forged(bytes, (tables) => tables.get('account')!.unshift(tables.get('account')![0]!))
    expect(() => restore(twice)).toThrow(SnapshotError)
    const turned = forged(bytes, (tables) => tables.get('account')!.reverse())
    expect(() => restore(turned)).toThrow(SnapshotError)
    const more = read(bytes)
    more[3].push(['account', []])
    expect(() => restore(more)).toThrow(SnapshotError)
  })
})

function outcome(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return (error as Error).name
  }
}
