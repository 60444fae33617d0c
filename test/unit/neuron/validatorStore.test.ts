import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeCanonical } from '../../../src/codec/index.js'
import { ScoreBook } from '../../../src/mechanism/index.js'
import {
  fileValidatorStore,
  memoryValidatorStore,
  ValidatorStateError,
  type ValidatorStore,
} from '../../../src/neuron/index.js'
import { decodeSnapshot, encodeSnapshot } from '../../../src/neuron/validatorSnapshot.js'
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

  test('writes through no link that lies where its draft goes', async () => {
    const path = join(folder, 'a.state')
    const precious = join(folder, 'precious')
    await writeFile(precious, 'precious')
    await symlink(precious, `${path}.${process.pid}.new`)
    await fileValidatorStore(path).save(Uint8Array.of(1))
    expect(await readFile(precious, 'utf8')).toBe('precious')
  })

  test('fails when its folder does not exist, and when it is no file', async () => {
    await expect(fileValidatorStore(join(folder, 'none', 'a')).save(Uint8Array.of(1))).rejects.toThrow(
      'ENOENT',
    )
    await expect(fileValidatorStore(folder).load()).rejects.toThrow('EISDIR')
  })
})

describe('a snapshot', () => {
  const owner = { netuid: 1, hotkey: hotkeyNamed('judge') }
  const standing = { mean: 0.25, count: 3, failuresInRow: 1, lastSeenBlock: 40 }
  const snapshot = {
    ...owner,
    stateVersion: 2,
    round: 41,
    blockHash: 'ab',
    state: { seen: 5n },
    book: new ScoreBook([[hotkeyNamed('bob'), standing]]),
  }

  test('survives bytes and back', () => {
    const again = decodeSnapshot(encodeSnapshot(snapshot), owner)
    expect({ ...again, book: [...again.book.entries()] }).toEqual({
      ...snapshot,
      book: [...snapshot.book.entries()],
    })
  })

  test('of another subnet or hotkey is refused by name', () => {
    const bytes = encodeSnapshot(snapshot)
    expect(() => decodeSnapshot(bytes, { ...owner, netuid: 2 })).toThrow(
      'belongs to hotkey hot-judge on netuid 1',
    )
    expect(() => decodeSnapshot(bytes, { ...owner, hotkey: hotkeyNamed('x') })).toThrow(ValidatorStateError)
  })

  test.each([
    ['no bytes', new Uint8Array()],
    ['other values', encodeCanonical({ a: 1 })],
    ['another format', encodeCanonical(['subnetkit/validator/9'])],
    ['a missing round', encodeCanonical(['subnetkit/validator/1', 1, owner.hotkey, 1, null, 'ab', null, []])],
    [
      'a standing of text',
      encodeCanonical(['subnetkit/validator/1', 1, owner.hotkey, 1, 2, 'ab', null, ['x']]),
    ],
    [
      'a standing without numbers',
      encodeCanonical(['subnetkit/validator/1', 1, owner.hotkey, 1, 2, 'ab', null, [['x', 1, 2, 3, 'y']]]),
    ],
    [
      'no list of standings',
      encodeCanonical(['subnetkit/validator/1', 1, owner.hotkey, 1, 2, 'ab', null, 7]),
    ],
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
