import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { ScoreBook } from '../../../src/mechanism/index.js'
import {
  fileValidatorStore,
  memoryValidatorStore,
  ValidatorStateError,
  type ValidatorStore,
} from '../../../src/neuron/index.js'
import {
  decodeSnapshot,
  decodeState,
  encodeSnapshot,
  type ValidatorSnapshot,
} from '../../../src/neuron/validatorSnapshot.js'
import { hotkeyNamed } from '../metagraph/columns.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-store-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const stores: { kind: string; open: () => ValidatorStore }[] = [
  { kind: 'memory', open: () => memoryValidatorStore() },
  { kind: 'file', open: () => fileValidatorStore(join(folder, 'a.state')) },
]

describe.each(stores)('a $kind store', ({ open }) => {
  test('gives back what was saved last, as bytes of its own', async () => {
    const store = open()
    expect(await store.load()).toBeNull()
    const bytes = Uint8Array.of(1, 2, 3)
    await store.save(bytes)
    bytes[0] = 9
    expect(await store.load()).toEqual(Uint8Array.of(1, 2, 3))
    await store.save(Uint8Array.of(4))
    expect(await store.load()).toEqual(Uint8Array.of(4))
  })
})

describe('a file store', () => {
  test('keeps the file to its owner and leaves no draft', async () => {
    const path = join(folder, 'a.state')
    await fileValidatorStore(path).save(Uint8Array.of(1))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['a.state'])
  })

  test('is read by the next process', async () => {
    const path = join(folder, 'a.state')
    await fileValidatorStore(path).save(Uint8Array.of(7))
    expect(await fileValidatorStore(path).load()).toEqual(Uint8Array.of(7))
  })

  test('makes its folder, for its owner alone', async () => {
    const path = join(folder, 'some', 'where', 'a.state')
    await fileValidatorStore(path).save(Uint8Array.of(1))
    expect(await fileValidatorStore(path).load()).toEqual(Uint8Array.of(1))
    expect((await stat(join(folder, 'some'))).mode & 0o777).toBe(0o700)
  })

  test('keeps its drafts apart from those of another store in the same process', async () => {
    const path = join(folder, 'a.state')
    const stores = Array.from({ length: 16 }, () => fileValidatorStore(path))
    await Promise.all(stores.map((store, at) => store.save(new Uint8Array(10_000).fill(at))))
    const bytes = (await fileValidatorStore(path).load())!
    expect(new Set(bytes).size).toBe(1)
    expect(await readdir(folder)).toEqual(['a.state'])
  })

  test('removes the drafts that a crash left, and nothing else', async () => {
    const path = join(folder, 'a.state')
    const others = ['a.state.new', 'a.state.0123456789abcdef.old', 'b.state.0123456789abcdef.new']
    for (const name of [...others, 'a.state.0123456789abcdef.new']) await writeFile(join(folder, name), 'x')
    const store = fileValidatorStore(path)
    await store.open!()
    expect((await readdir(folder)).sort()).toEqual([...others, 'a.state.lock'].sort())
    await store.close!()
    expect((await readdir(folder)).sort()).toEqual(others.sort())
  })

  test('fails when its path is a folder, and is refused without a path', async () => {
    await expect(fileValidatorStore(folder).load()).rejects.toThrow('EISDIR')
    await expect(fileValidatorStore(folder).save(Uint8Array.of(1))).rejects.toThrow()
    expect(() => fileValidatorStore('')).toThrow('Invalid path')
  })
})

describe('an open file store', () => {
  const open = async () => {
    const store = fileValidatorStore(join(folder, 'a.state'))
    await store.open!()
    return store
  }

  test('is had by one at a time', async () => {
    const first = await open()
    await expect(open()).rejects.toMatchObject({ code: 'ValidatorStore', fault: 'inUse' })
    await expect(open()).rejects.toThrow(`process ${process.pid} holds`)
    await first.close!()
    await (await open()).close!()
  })

  test('is not had while another process holds it, and is when that one is killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'])
    await once(child, 'spawn')
    const holder = { pid: child.pid, host: hostname(), began: null, token: 'x' }
    await writeFile(join(folder, 'a.state.lock'), JSON.stringify(holder))
    await expect(open()).rejects.toThrow(`process ${child.pid} holds`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await open()).close!()
  })

  test.each([
    ['of a process number that another program has by now', { pid: process.ppid, began: '1' }],
    ['of a process that is gone', { pid: 2 ** 22 + 1 }],
    ['of another machine', { host: 'elsewhere', pid: 1 }],
    ['cut short by a crash', undefined],
  ])('is taken over when its lock is %s', async (_, changes) => {
    const holder = { pid: process.pid, host: hostname(), began: null, token: 'x', ...changes }
    await writeFile(join(folder, 'a.state.lock'), changes === undefined ? '{"pi' : JSON.stringify(holder))
    await (await open()).close!()
  })

  test('saves nothing once another one has taken it over, and leaves that one its lock', async () => {
    const first = await open()
    await rm(join(folder, 'a.state.lock'))
    const second = await open()
    await second.save(Uint8Array.of(2))
    await expect(first.save(Uint8Array.of(1))).rejects.toMatchObject({ fault: 'takenOver' })
    expect(await first.load()).toEqual(Uint8Array.of(2))
    await first.close!()
    await second.save(Uint8Array.of(3))
    await second.close!()
    expect(await readdir(folder)).toEqual(['a.state'])
  })
})

describe('a snapshot', () => {
  const owner = { netuid: 1, hotkey: hotkeyNamed('judge') }
  const standing = { mean: 0.25, count: 3, failuresInRow: 1, lastSeenBlock: 40 }
  const snapshot = {
    ...owner,
    genesisHash: 'cd',
    stateVersion: 2,
    round: 41,
    blockHash: 'ab',
    state: encodeCanonical({ seen: 5n }),
    book: new ScoreBook([[hotkeyNamed('bob'), standing]], [[hotkeyNamed('bob'), 12]]),
    lastAsked: new Map([[hotkeyNamed('bob'), 39]]),
    commits: [
      {
        commitHash: 'ab'.repeat(32),
        epochIndex: 4,
        block: 43,
        uids: [0, 257],
        values: [65_535, 1],
        salt: [7, 65_535],
        versionKey: 2 ** 40,
      },
    ],
    locks: [{ commitHash: 'ab'.repeat(32), epochIndex: 7, block: 70, uids: [1], values: [65_535] }],
  }

  test('survives bytes and back', () => {
    const again = decodeSnapshot(encodeSnapshot(snapshot), owner)
    const inPlain = (one: ValidatorSnapshot) => ({
      ...one,
      book: [[...one.book.entries()], [...one.book.registrations()]],
    })
    expect(inPlain(again)).toEqual(inPlain(snapshot))
    expect(decodeState(again.state)).toEqual({ seen: 5n })
  })

  test('of another mechanism of the subnet is refused by its number', () => {
    const second = encodeSnapshot({ ...snapshot, mechanismId: 1 })
    expect(decodeSnapshot(second, { ...owner, mechanismId: 1 }).round).toBe(41)
    expect(() => decodeSnapshot(second, owner)).toThrow('on netuid 1 and mechanism 1')
    expect(() => decodeSnapshot(encodeSnapshot(snapshot), { ...owner, mechanismId: 1 })).toThrow(
      'belongs to hotkey hot-judge on netuid 1.',
    )
  })

  test('of another subnet or hotkey is refused by name', () => {
    const bytes = encodeSnapshot(snapshot)
    expect(() => decodeSnapshot(bytes, { ...owner, netuid: 2 })).toThrow(
      'belongs to hotkey hot-judge on netuid 1',
    )
    expect(() => decodeSnapshot(bytes, { ...owner, hotkey: hotkeyNamed('x') })).toThrow(ValidatorStateError)
  })

  const u16s = (...numbers: number[]): Uint8Array => new Uint8Array(Uint16Array.from(numbers).buffer)
  const commit = (changes: { [at: number]: unknown } = {}): unknown[] =>
    ['cd'.repeat(32), 3, null, u16s(1, 2), u16s(9, 8), u16s(5), 0].map((field, at) =>
      at in changes ? changes[at] : field,
    )

  const lock = (changes: { [at: number]: unknown } = {}): unknown[] =>
    ['ef'.repeat(32), 4, 40, u16s(1, 2), u16s(7, 6)].map((field, at) => (at in changes ? changes[at] : field))

  const fields = (changes: { [at: number]: unknown }): Uint8Array => {
    const state = encodeCanonical(null)
    const rows = [['x', 0.5, 1, 0, 7]]
    const all = [
      'subnetkit/validator/3',
      1,
      owner.hotkey,
      1,
      'cd',
      2,
      'ab',
      state,
      rows,
      [['x', 1]],
      [['x', 2]],
      [commit()],
      [lock()],
    ]
    return encodeCanonical(all.map((field, at) => (at in changes ? changes[at] : field)) as never)
  }

  test('in this form is taken', () => {
    expect(decodeSnapshot(fields({}), owner)).toMatchObject({
      round: 2,
      blockHash: 'ab',
      commits: [
        { commitHash: 'cd'.repeat(32), epochIndex: 3, block: null, uids: [1, 2], values: [9, 8], salt: [5] },
      ],
      locks: [{ commitHash: 'ef'.repeat(32), epochIndex: 4, block: 40, uids: [1, 2], values: [7, 6] }],
    })
  })

  test('of the form before, which kept no commits, is taken over with all else', () => {
    const before = (decodeCanonical(fields({})) as unknown[]).slice(0, 11)
    const bytes = encodeCanonical(['subnetkit/validator/2', ...before.slice(1)] as never)
    expect(decodeSnapshot(bytes, owner)).toMatchObject({ round: 2, blockHash: 'ab', commits: [], locks: [] })
    expect(() => decodeSnapshot(encodeCanonical(before.slice(0, 11) as never), owner)).toThrow(
      'it is not subnetkit/validator/3',
    )
  })

  test.each([
    ['no bytes', new Uint8Array()],
    ['other values', encodeCanonical({ a: 1 })],
    ['another format', fields({ 0: 'subnetkit/validator/1' })],
    ['no hash of its chain', fields({ 4: null })],
    ['a missing round', fields({ 5: null })],
    ['no state', fields({ 7: null })],
    ['a standing of text', fields({ 8: ['x'] })],
    ['a standing without numbers', fields({ 8: [['x', 1, 2, 3, 'y']] })],
    ['a standing out of range', fields({ 8: [['x', 0.5, -1, 0, 7]] })],
    ['no list of standings', fields({ 8: 7 })],
    ['no list of registrations', fields({ 9: 7 })],
    ['no list of who was asked', fields({ 10: [['x', 'y']] })],
    ['no list of commits', fields({ 11: 7 })],
    ['a commit of text', fields({ 11: ['x'] })],
    ['a commit without its salt', fields({ 11: [commit({ 5: null })] })],
    ['a commit of half a number', fields({ 11: [commit({ 4: Uint8Array.of(1, 2, 3) })] })],
    ['a commit with fewer values than uids', fields({ 11: [commit({ 4: u16s(1) })] })],
    ['a commit whose hash is none', fields({ 11: [commit({ 0: 'xy' })] })],
    ['a commit of no epoch', fields({ 11: [commit({ 1: -1 })] })],
    ['a commit in no number of a block', fields({ 11: [commit({ 2: 0.5 })] })],
    ['a commit of no version', fields({ 11: [commit({ 6: null })] })],
    ['a field too few in a commit', fields({ 11: [commit().slice(1)] })],
    ['no list of time locks', fields({ 12: 7 })],
    ['a time lock in no block', fields({ 12: [lock({ 2: null })] })],
    ['a time lock of no epoch', fields({ 12: [lock({ 1: 0.5 })] })],
    ['a time lock whose hash is none', fields({ 12: [lock({ 0: 1 })] })],
    ['a time lock with fewer values than uids', fields({ 12: [lock({ 4: u16s(1) })] })],
    ['a field too few in a time lock', fields({ 12: [lock().slice(1)] })],
    ['more time locks than are kept', fields({ 12: Array.from({ length: 129 }, () => lock()) })],
    ['more commits than are kept', fields({ 11: Array.from({ length: 21 }, () => commit()) })],
  ])('with %s is refused', (_, bytes) => {
    expect(() => decodeSnapshot(bytes, owner)).toThrow(ValidatorStateError)
  })

  test('cut short anywhere is refused', () => {
    const bytes = encodeSnapshot(snapshot)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSnapshot(bytes.subarray(0, length), owner)).toThrow(ValidatorStateError)
    }
  })
})
