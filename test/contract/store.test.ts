import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { text } from '../../src/ledger/state/columns.js'
import { valueTable } from '../../src/ledger/state/table.js'
import { FileStore } from '../support/FileStore.js'
import { MemoryStore } from '../support/MemoryStore.js'
import { describeStoreContract, STORED } from './storeContract.js'

const folder = mkdtempSync(join(tmpdir(), 'subnetkit-store-'))
afterAll(() => rmSync(folder, { recursive: true }))
const newFolder = (): string => mkdtempSync(join(folder, 'store-'))

describeStoreContract('memory', () => new MemoryStore())
describeStoreContract('file', () => new FileStore(join(newFolder(), 'records'), STORED))

describe('a file store', () => {
  const word = valueTable('word', [], text(64))
  const openIn = (place: string): FileStore => new FileStore(join(place, 'records'), [word])
  const say = (store: FileStore, record: string): void => store.write([{ table: word, key: [], record }])

  it('has its records when it is opened again, and no other file beside them', () => {
    const place = newFolder()
    say(openIn(place), 'first')
    expect(openIn(place).get(word, [])).toBe('first')
    expect(readdirSync(place)).toEqual(['records'])
  })

  it('passes over what a write left that was cut off', () => {
    const place = newFolder()
    say(openIn(place), 'first')
    writeFileSync(join(place, 'records.next'), Uint8Array.of(4, 0, 0, 0, 119))
    const store = openIn(place)
    expect(store.get(word, [])).toBe('first')
    say(store, 'second')
    expect(openIn(place).get(word, [])).toBe('second')
  })

  it('keeps what it had when the disk refuses', () => {
    const place = newFolder()
    const store = openIn(place)
    say(store, 'first')
    mkdirSync(join(place, 'records.next'))
    expect(() => say(store, 'second')).toThrow('EISDIR')
    expect(store.get(word, [])).toBe('first')
  })
})
