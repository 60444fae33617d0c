import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeCanonical } from 'subnetkit/codec'
import type { RoundMiner } from 'subnetkit/mechanism'
import { roundOf } from 'subnetkit/testing'
import { describe, expect, test } from 'vitest'
import { Disk } from '../../examples/storage/Disk.js'
import {
  counted,
  forgotten,
  heldBy,
  type Ledger,
  type Tally,
  TIERS,
  taken,
  tierOf,
} from '../../examples/storage/ledger.js'
import { LEAVES } from '../../examples/storage/protocol.js'
import { leafOf, pathOf, rootFrom, rootOf, treeOf } from '../../examples/storage/tree.js'

const [{ hotkey }, other] = roundOf({ miners: 2 }).miners as unknown as [RoundMiner, RoundMiner]
const empty: Ledger = { replicas: {}, tallies: {} }
const name = (letter: string) => letter.repeat(64)
const own = (number: number) => ({ id: name(`${number}`), root: name('a'), number })
const bought = (letter: string) => ({ id: name(letter), root: name('b'), number: null })

describe('The tier of a miner', () => {
  const after = (tally: Partial<Tally>) => tierOf(counted(empty, hotkey, tally), hotkey, TIERS)
  const all = (count: number) => ({ proven: count, challenged: count, returned: count, wanted: count })

  // Wilson's bound of n of n is n / (n + 1.96²): 0.88 takes 29 of 29.
  test.each([
    { what: 'has done nothing', tally: {}, reward: 0.6, quota: 2 },
    { what: 'was right 999 times', tally: all(999), reward: 0.6, quota: 2 },
    { what: 'was right 1,000 times', tally: all(1_000), reward: 0.7, quota: 3 },
    { what: 'was right 10,000 times', tally: all(10_000), reward: 1, quota: 8 },
    {
      what: 'was right in half of 20,000 cases',
      tally: { ...all(10_000), challenged: 20_000 },
      reward: 0.6,
      quota: 2,
    },
    {
      what: 'was right in 80% of 12,500',
      tally: { ...all(10_000), challenged: 12_500 },
      reward: 0.9,
      quota: 6,
    },
    {
      what: 'gave back 28 of 28',
      tally: { ...all(10_000), returned: 28, wanted: 28 },
      reward: 0.9,
      quota: 6,
    },
    { what: 'gave back 29 of 29', tally: { ...all(10_000), returned: 29, wanted: 29 }, reward: 1, quota: 8 },
    { what: 'gave nothing back', tally: { ...all(10_000), returned: 0 }, reward: 0.6, quota: 2 },
  ])('is that of $reward for one who $what', ({ tally, reward, quota }) => {
    expect(after(tally)).toMatchObject({ reward, quota })
  })

  test('forgets half of what is long past, so that who deletes all does not live on it', () => {
    let ledger = counted(empty, hotkey, all(40_000))
    ledger = counted(ledger, hotkey, { challenged: 1 })
    expect(ledger.tallies[hotkey]).toEqual({
      proven: 20_000,
      challenged: 20_000,
      returned: 20_000,
      wanted: 20_000,
    })
  })

  test('leaves a reliable miner in the highest tier when half is forgotten', () => {
    const before = counted(empty, hotkey, { ...all(40_000), proven: 38_000 })
    const halved = counted(before, hotkey, { challenged: 1, proven: 1 })
    expect(halved.tallies[hotkey]?.challenged).toBe(20_000)
    expect(tierOf(halved, hotkey, TIERS)).toEqual(tierOf(before, hotkey, TIERS))
  })
})

describe('The ledger', () => {
  const filled = (replicas: readonly Parameters<typeof taken>[2][], most = 2) =>
    replicas.reduce((ledger, one) => taken(ledger, hotkey, one, { block: 5, most }), empty)
  const names = (ledger: Ledger) => heldBy(ledger, hotkey, 6).map(({ id }) => id[0])

  test('takes no more than the quota, and prolongs what it has', () => {
    expect(names(filled([own(0), own(1), own(2)]))).toEqual(['0', '1'])
    const later = taken(filled([own(0)]), hotkey, own(0), { block: 9, most: 1 })
    expect(heldBy(later, hotkey, 6)).toEqual([{ ...own(0), untilBlock: 7_209 }])
  })

  test('takes what customers bought in place of what is the validator’s own, and nothing in place of that', () => {
    expect(names(filled([own(0), own(1), bought('c')]))).toEqual(['0', 'c'])
    expect(names(filled([own(0), own(1), bought('c'), bought('d'), bought('e')]))).toEqual(['c', 'd'])
  })

  test('has a replica until its day is over, and nothing of who left', () => {
    const ledger = filled([own(0)])
    expect(heldBy(ledger, hotkey, 7_204)).toHaveLength(1)
    expect(heldBy(ledger, hotkey, 7_205)).toEqual([])
    const two = counted(taken(ledger, other.hotkey, own(0), { block: 5, most: 2 }), hotkey, {
      proven: 1,
      challenged: 1,
    })
    expect(forgotten(two, hotkey)).toEqual({
      replicas: { [other.hotkey]: two.replicas[other.hotkey] },
      tallies: {},
    })
  })

  test('of 64 miners with eight replicas each is far from a mebibyte', () => {
    const eight = Array.from({ length: 8 }, (_, at) => ({ ...own(at), untilBlock: 5_000_000 }))
    const tally = { proven: 20_000, challenged: 20_000, returned: 20_000, wanted: 20_000 }
    const { miners } = roundOf({ miners: 64 })
    const of = <T>(value: T) => Object.fromEntries(miners.map((miner) => [miner.hotkey, value]))
    const bytes = encodeCanonical({ replicas: of(eight), tallies: of(tally) }).length
    expect(bytes / 64 / 8).toBeLessThan(220)
  })
})

test('a leaf leads to the root by its path and its place, and by no other', () => {
  const blob = new Uint8Array(65_536).map((_, at) => (at * 7) % 253)
  const tree = treeOf(blob)
  for (let at = 0; at < LEAVES; at++) {
    const path = pathOf(tree, at)
    expect(path).toHaveLength(4)
    expect(rootFrom(leafOf(blob, at), at, path)).toBe(rootOf(blob))
    expect(rootFrom(leafOf(blob, at), at ^ 1, path)).not.toBe(rootOf(blob))
    expect(rootFrom(leafOf(blob, at ^ 1), at, path)).not.toBe(rootOf(blob))
  }
})

test('a disk has its files until the last of its miners has stopped, and then leaves nothing', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'subnetkit-disk-'))
  const disk = new Disk(parent)
  const [one, two] = [new AbortController(), new AbortController()]
  await expect(disk.write('early', Uint8Array.of(1))).rejects.toThrow('unreachable')
  disk.wantedUntil(one.signal)
  disk.wantedUntil(two.signal)
  await disk.write('file', Uint8Array.of(1, 2, 3, 4))
  {
    await using file = await disk.open('file')
    expect(await file.read(1, 2)).toEqual(Uint8Array.of(2, 3))
  }
  one.abort()
  expect(await disk.read('file')).toHaveLength(4)
  two.abort()
  expect(readdirSync(parent)).toEqual([])
  await expect(disk.write('late', Uint8Array.of(1))).rejects.toThrow('unreachable')
  rmSync(parent, { recursive: true })
  expect(existsSync(parent)).toBe(false)
})
