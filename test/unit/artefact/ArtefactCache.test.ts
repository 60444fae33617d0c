import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ArtefactCache, artefactDigest } from '../../../src/artefact/index.js'
import { keyPairFromUri, sha256 } from '../../../src/crypto/index.js'

const hotkeys = ['//A', '//B', '//C'].map((uri) => keyPairFromUri(uri, { scheme: 'ed25519' }).hotkey)
const [ann, bob] = hotkeys as [(typeof hotkeys)[number], (typeof hotkeys)[number]]
const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'subnetkit-artefacts-'))
  folders.push(folder)
  return folder
}

async function put(cache: ArtefactCache, hotkey: (typeof hotkeys)[number], bytes: Uint8Array) {
  const digest = artefactDigest(hotkey, bytes)
  return { digest, isKept: await cache.put(hotkey, digest, bytes) }
}

describe.each(['memory', 'a folder'])('a cache in %s', (where) => {
  const made = async (bounds: { readonly bytes: number; readonly bytesPerHotkey: number }) => {
    const cache = new ArtefactCache(where === 'memory' ? bounds : { ...bounds, folder: await newFolder() })
    await cache.open()
    return cache
  }

  it('gives what was put, with its own hash', async () => {
    const cache = await made({ bytes: 100, bytesPerHotkey: 100 })
    const { digest } = await put(cache, ann, filled(10, 1))
    expect(await cache.get(digest)).toEqual({ bytes: filled(10, 1), contentHash: sha256(filled(10, 1)) })
    expect(cache.contentHashOf(digest)).toEqual(sha256(filled(10, 1)))
    expect(await cache.get(artefactDigest(ann, filled(1, 9)))).toBeUndefined()
  })

  it('lets go of what was not used for longest', async () => {
    const cache = await made({ bytes: 30, bytesPerHotkey: 30 })
    const [first, second] = [await put(cache, ann, filled(10, 1)), await put(cache, ann, filled(10, 2))]
    await put(cache, bob, filled(10, 3))
    await cache.get(first.digest)
    await put(cache, bob, filled(10, 4))
    expect(await cache.get(second.digest)).toBeUndefined()
    expect(await cache.get(first.digest)).toBeDefined()
    expect(cache.heldBytes).toBe(30)
  })

  it('lets a hotkey that has too much lose its own', async () => {
    const cache = await made({ bytes: 100, bytesPerHotkey: 20 })
    const other = await put(cache, bob, filled(10, 9))
    const first = await put(cache, ann, filled(15, 1))
    expect((await put(cache, ann, filled(10, 2))).isKept).toBe(true)
    expect(await cache.get(first.digest)).toBeUndefined()
    expect(await cache.get(other.digest)).toBeDefined()
    expect((await put(cache, ann, filled(21, 3))).isKept).toBe(false)
  })

  it('keeps what is pinned, within the bounds', async () => {
    const cache = await made({ bytes: 20, bytesPerHotkey: 20 })
    const champion = await put(cache, ann, filled(15, 1))
    cache.pins = [champion.digest]
    expect((await put(cache, bob, filled(10, 2))).isKept).toBe(false)
    expect((await put(cache, bob, filled(5, 2))).isKept).toBe(true)
    expect(await cache.get(champion.digest)).toBeDefined()
  })

  it('refuses bytes of another digest', async () => {
    const cache = await made({ bytes: 20, bytesPerHotkey: 20 })
    const other = artefactDigest(bob, filled(1, 1))
    await expect(cache.put(ann, other, filled(1, 1))).rejects.toThrow(
      /Invalid digest: .* Pass the digest of the/,
    )
  })
})

it('stays within its bounds under churn, whatever is put beside what', async () => {
  const puts = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 40 }), fc.nat(5), fc.boolean()), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(puts, async (list) => {
      const cache = new ArtefactCache({ bytes: 100, bytesPerHotkey: 50 })
      const kept = new Map<string, number>()
      const waiting: Promise<unknown>[] = []
      for (const [who, length, value, isAlone] of list) {
        const one = put(cache, hotkeys[who]!, filled(length, value))
        waiting.push(one.then(({ digest }) => kept.set(digest, length)))
        if (isAlone) await one
        expect(cache.heldBytes).toBeLessThanOrEqual(100)
      }
      await Promise.all(waiting)
      let held = 0
      for (const [digest, length] of kept) if ((await cache.get(digest)) !== undefined) held += length
      expect(held).toBe(cache.heldBytes)
    }),
    { numRuns: 100 },
  )
})

it('knows again what an earlier run left in its folder, and drops what is damaged or not its own', async () => {
  const folder = await newFolder()
  const before = new ArtefactCache({ folder })
  await before.open()
  const { digest } = await put(before, ann, filled(10, 1))
  const damaged = artefactDigest(bob, filled(10, 2))
  await writeFile(join(folder, `${bob}-${damaged}.artefact`), filled(10, 3))
  await writeFile(join(folder, 'notes.txt'), 'mine')
  const after = new ArtefactCache({ folder })
  await after.open()
  expect((await after.get(digest))?.bytes).toEqual(filled(10, 1))
  expect(after.heldBytes).toBe(10)
  expect((await readdir(folder)).sort()).toEqual([`${ann}-${digest}.artefact`, 'notes.txt'].sort())
  // Another process took it away.
  await rm(join(folder, `${ann}-${digest}.artefact`))
  expect(await after.get(digest)).toBeUndefined()
  expect(after.heldBytes).toBe(0)
})
