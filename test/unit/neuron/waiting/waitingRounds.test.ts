import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../../src/clock/index.js'
import { encodeCanonical } from '../../../../src/codec/index.js'
import { encodeRound, RoundRecordError, ScoreBook } from '../../../../src/mechanism/index.js'
import type { Metagraph } from '../../../../src/metagraph/index.js'
import { goneSince } from '../../../../src/neuron/housekeeping.js'
import {
  fileRoundStore,
  memoryRoundStore,
  type RoundStore,
  type ValidatorEvent,
  ValidatorStoreError,
} from '../../../../src/neuron/index.js'
import { WaitingRounds } from '../../../../src/neuron/waiting/WaitingRounds.js'
import { decodeWaiting, dueAt, encodeWaiting } from '../../../../src/neuron/waiting/waitingRound.js'
import type { Hotkey } from '../../../../src/units/index.js'
import { anyRecord } from '../../mechanism/record/anyRecord.js'
import { anyWaiting, wait } from './anyWaiting.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-rounds-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const stores: readonly { kind: string; open: () => RoundStore }[] = [
  { kind: 'memory', open: () => memoryRoundStore() },
  { kind: 'file', open: () => fileRoundStore(join(folder, 'rounds')) },
]

describe.each(stores)('a $kind store of rounds', ({ open }) => {
  test('holds what was put last under each name, as bytes of its own', async () => {
    const store = open()
    expect(await store.list()).toEqual([])
    expect(await store.get('7')).toBeNull()
    const bytes = Uint8Array.of(1, 2)
    await store.put('7', bytes)
    bytes[0] = 9
    await store.put('8', Uint8Array.of(3))
    expect(await store.get('7')).toEqual(Uint8Array.of(1, 2))
    await store.put('7', Uint8Array.of(4))
    expect(await store.get('7')).toEqual(Uint8Array.of(4))
    expect([...(await store.list())].sort()).toEqual(['7', '8'])
    await store.delete('7')
    await store.delete('7')
    expect(await store.list()).toEqual(['8'])
  })

  test('refuses names that are none', async () => {
    const store = open()
    for (const name of ['', '../a', 'A', 'a'.repeat(65)]) {
      await expect(store.put(name, Uint8Array.of(1))).rejects.toThrow('Invalid name')
      await expect(store.get(name)).rejects.toThrow('Invalid name')
      await expect(store.delete(name)).rejects.toThrow('Invalid name')
    }
    await expect(store.put('7', 'bytes' as never)).rejects.toThrow('Invalid bytes')
  })
})

test('a file store of rounds is for its owner alone', async () => {
  const store = fileRoundStore(join(folder, 'rounds'))
  await store.put('7', Uint8Array.of(1))
  expect(await readdir(join(folder, 'rounds'))).toEqual(['7.waiting'])
  expect((await stat(join(folder, 'rounds', '7.waiting'))).mode & 0o777).toBe(0o600)
})

describe('a round that waits, as bytes', () => {
  test('comes out as it went in, and goes on when the first of its tasks does', () => {
    const waiting = anyWaiting()
    expect(decodeWaiting(encodeWaiting(waiting))).toEqual(waiting)
    expect(dueAt(waiting)).toBe(20)
  })

  const task = (parts: Parameters<typeof anyRecord>[0] = {}) =>
    encodeRound(
      anyRecord({
        outcome: { scores: new Map(), refused: new Map(), stateDigest: new Uint8Array(32) },
        sold: [],
        ...parts,
      }),
    )
  const asked = new Uint8Array(32)
  const wrong: readonly [string, Uint8Array, string][] = [
    ['damaged bytes', Uint8Array.of(0xc1), 'damaged'],
    ['more values than it may hold', encodeCanonical(Array(5_124).fill(null)), 'damaged'],
    ['another format', encodeCanonical(['subnetkit/waiting/0', [[task(), 20, asked, 0]]]), 'it is not'],
    ['no tasks', encodeCanonical(['subnetkit/waiting/1', []]), 'its tasks are malformed'],
    ['a task without a record', encodeCanonical(['subnetkit/waiting/1', [[7]]]), 'is missing'],
    ['no task that waits', encodeCanonical(['subnetkit/waiting/1', [[task()]]]), 'waits for nothing'],
    [
      'a wait without a block',
      encodeCanonical(['subnetkit/waiting/1', [[task(), 'x', asked, 0]]]),
      'is malformed',
    ],
    [
      'a short digest',
      encodeCanonical(['subnetkit/waiting/1', [[task(), 20, asked.slice(1), 0]]]),
      'is malformed',
    ],
    [
      'a task that was scored',
      encodeCanonical(['subnetkit/waiting/1', [[encodeRound(anyRecord()), 20, asked, 0]]]),
      'has been scored',
    ],
    [
      'tasks of two rounds',
      encodeCanonical(['subnetkit/waiting/1', [[task(), 20, asked, 0], [task({ index: 1, round: 99 })]]]),
      'of several rounds',
    ],
  ]
  test.each(wrong)('is refused for %s', (_, bytes, why) => {
    expect(() => decodeWaiting(bytes)).toThrow(RoundRecordError)
    expect(() => decodeWaiting(bytes)).toThrow(why)
  })
})

describe('the waiting rounds of a validator', () => {
  const { began } = anyWaiting()
  function kept(store: RoundStore = memoryRoundStore(), limits = { rounds: 3, bytes: 1_000_000 }) {
    const events: ValidatorEvent[] = []
    const rounds = new WaitingRounds({
      store,
      place: began.place,
      stateVersion: began.rules.stateVersion,
      clock: systemClock,
      signal: new AbortController().signal,
      tell: (event) => events.push(event),
      limits,
    })
    return { rounds, events, store }
  }

  test('are due in the order of the blocks that seeded them', async () => {
    const { rounds, events } = kept()
    await rounds.keep(anyWaiting({ block: 14 }))
    await rounds.keep(anyWaiting({ block: 12 }))
    expect(rounds.due(19)).toEqual([])
    expect(rounds.due(20).map(({ block }) => block)).toEqual([12, 14])
    expect(rounds.has(12)).toBe(true)
    expect(events).toContainEqual({ type: 'roundWaits', round: 12, block: 14, untilBlock: 20 })
  })

  test('are bounded in count, and in bytes', async () => {
    const { rounds } = kept()
    for (const block of [12, 13, 14]) await rounds.keep(anyWaiting({ block }))
    expect(rounds.isFull).toBe(true)
    expect(rounds.size.rounds).toBe(3)
    const { length } = encodeWaiting(anyWaiting())
    const small = kept(memoryRoundStore(), { rounds: 3, bytes: length }).rounds
    await small.keep(anyWaiting({ block: 12 }))
    expect(small.isFull).toBe(true)
    // The same one may be kept on.
    await small.keep(anyWaiting({ block: 12 }))
    await expect(small.keep(anyWaiting({ block: 13 }))).rejects.toThrow('rounds that wait have')
    expect(small.has(13)).toBe(false)
  })

  test('are taken over by the next run, but for what cannot go on', async () => {
    const { rounds, store } = kept()
    await rounds.keep(anyWaiting({ block: 12 }))
    await rounds.keep(anyWaiting({ block: 13 }))
    await store.put('000000000014', Uint8Array.of(0xc1))
    await store.put('000000000015', encodeWaiting(anyWaiting({ block: 16 })))
    await store.put(
      '000000000017',
      encodeWaiting(anyWaiting({ block: 17, place: { ...began.place, genesisHash: '11'.repeat(32) } })),
    )
    await store.put(
      '000000000018',
      encodeWaiting(anyWaiting({ block: 18, rules: { ...began.rules, stateVersion: 2 } })),
    )
    const next = kept(store)
    await next.rounds.open(new Set(['000000000013']))
    expect(await store.list()).toEqual(['000000000012'])
    expect(next.rounds.due(20).map(({ block }) => block)).toEqual([12])
    expect((await next.rounds.read('000000000012')).tasks[0]?.wait).toEqual(wait)
    expect(next.events.map((event) => (event.type === 'waitingDiscarded' ? event.why : event.type))).toEqual([
      expect.stringContaining('damaged'),
      'it is the round of block 16',
      'it is of another chain',
      'it is of stateVersion 2, and the mechanism of 1',
    ])
  })

  test('of another validator are left alone', async () => {
    const store = memoryRoundStore()
    await store.put('000000000012', encodeWaiting(anyWaiting({ place: { ...began.place, netuid: 9 } })))
    await expect(kept(store).rounds.open(new Set())).rejects.toThrow(ValidatorStoreError)
    expect(await store.list()).toHaveLength(1)
  })

  test('of a store that fails are refused, and what cannot be deleted is told', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('no disk'))
    const { rounds } = kept({ ...memoryRoundStore(), put: broken })
    await expect(rounds.keep(anyWaiting())).rejects.toThrow('no disk')
    const other = kept({ ...memoryRoundStore(), list: broken, get: broken, delete: broken })
    await expect(other.rounds.open(new Set())).rejects.toThrow(ValidatorStoreError)
    await expect(other.rounds.read('000000000012')).rejects.toThrow(ValidatorStoreError)
    expect(await other.rounds.drop('000000000012')).toBe(false)
    expect(other.events.map(({ type }) => type)).toEqual(['waitingNotDropped'])
    await expect(kept().rounds.read('000000000012')).rejects.toThrow('has no round')
  })
})

test('a state lets go of who left or registered anew while a round waited, and of nobody else', () => {
  const [ann, bob, cyd, dan] = ['ann', 'bob', 'cyd', 'dan'] as Hotkey[] as [Hotkey, Hotkey, Hotkey, Hotkey]
  const metagraph = {
    uidOf: (hotkey: Hotkey) => ({ ann: 0, bob: 1 })[hotkey as string],
    columns: { registeredAtBlock: [3, 15] },
  } as never as Metagraph
  const standing = { mean: 1, count: 1, failuresInRow: 0, lastSeenBlock: 12 }
  const forgot: Hotkey[] = []
  const mechanism = {
    forget(state: null, hotkey: Hotkey) {
      forgot.push(hotkey)
      return state
    },
  }
  const miners = [ann, bob, cyd, dan].map((hotkey) => ({ hotkey }))
  // Dan left, and his standing is kept for a while yet.
  const book = new ScoreBook([[dan, standing]])
  goneSince(mechanism, { book, state: null }, { metagraph, miners, block: 12 })
  expect(forgot).toEqual([bob, cyd])
})
