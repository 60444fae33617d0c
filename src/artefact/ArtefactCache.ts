import { bytes as bytesCheck, check, listOf, optional, shape, text, wholeNumber } from '../checks/index.js'
import { sha256 } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Hotkey } from '../units/index.js'
import { digestHex } from './artefactCommitment.js'
import { saltedDigest } from './artefactDigest.js'
import { FolderShelf, MemoryShelf, type Shelf } from './shelves.js'

/** How much is kept, and where. */
export interface ArtefactCacheOptions {
  /** Bytes of all artefacts together. Default 512 MiB. */
  readonly bytes?: number
  /** Bytes of those of one hotkey. Default 32 MiB. */
  readonly bytesPerHotkey?: number
  /** Folder in which they are kept, so that they outlive the process; several may share one. Default: memory. */
  readonly folder?: string
}

export const artefactCacheShape = shape<ArtefactCacheOptions>({
  bytes: optional(wholeNumber({ min: 1 })),
  bytesPerHotkey: optional(wholeNumber({ min: 1 })),
  folder: optional(text({ min: 1 })),
})

const pinsCheck = listOf(digestHex)

/** An artefact that was fetched and checked. */
export interface CachedArtefact {
  readonly bytes: Uint8Array
  /** SHA-256 of the bytes alone. */
  readonly contentHash: Uint8Array
}

interface Place {
  readonly hotkey: Hotkey
  readonly size: number
  readonly contentHash: Uint8Array
  /** Settles when the bytes lie there. */
  readonly written: Promise<void>
}

/**
 * Artefacts that were fetched, within a bound in total and one for each hotkey. Where there is no room, the one that was not used for longest goes, of the same hotkey where that
 * has too much; what is pinned stays.
 *
 * @example
 * ```ts
 * import { ArtefactCache, artefactDigest } from 'subnetkit/artefact'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 *
 * const cache = new ArtefactCache({ bytes: 64 * 2 ** 20, folder: 'artefacts' })
 * await cache.open()
 * const { hotkey } = keyPairFromUri('//Bob')
 * const bytes = Uint8Array.of(1, 2, 3)
 * await cache.put(hotkey, artefactDigest(hotkey, bytes), bytes) // true: there was room
 * ```
 */
export class ArtefactCache {
  readonly #mostBytes: number
  readonly #mostPerHotkey: number
  readonly #shelf: Shelf
  /** By digest; the one that was used last is the last. */
  readonly #places = new Map<string, Place>()
  readonly #ofHotkey = new Map<Hotkey, number>()
  #pins: ReadonlySet<string> = new Set()
  #heldBytes = 0
  #removed: Promise<void> = Promise.resolve()

  /** @throws InvalidArgumentError naming the option that is wrong. */
  constructor(options: ArtefactCacheOptions = {}) {
    check('options', artefactCacheShape, options)
    const { bytes = 512 * 2 ** 20, bytesPerHotkey = 32 * 2 ** 20, folder } = options
    this.#mostBytes = bytes
    this.#mostPerHotkey = bytesPerHotkey
    this.#shelf = folder === undefined ? new MemoryShelf() : new FolderShelf(folder)
  }

  /** Bytes that are kept. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Digests of artefacts that are kept whatever comes, within the bounds. */
  set pins(digests: readonly string[]) {
    check('pins', pinsCheck, digests)
    this.#pins = new Set(digests)
  }

  /**
   * Looks through the folder: what an earlier run left there is known again, what is damaged or too much goes.
   *
   * @throws the system's error where the folder cannot be made or read.
   */
  async open(): Promise<void> {
    for await (const { hotkey, digest, bytes } of this.#shelf.all()) {
      const contentHash = sha256(bytes)
      const isSound = saltedDigest(hotkey, contentHash) === digest
      const place = { hotkey, size: bytes.length, contentHash, written: Promise.resolve() }
      if (!isSound || !this.#take(digest, place)) await this.#shelf.remove(hotkey, digest)
    }
    await this.#removed
  }

  /** What is known of the bytes of a digest, at once; `undefined` where they are not kept. */
  contentHashOf(digest: string): Uint8Array | undefined {
    check('digest', digestHex, digest)
    return this.#places.get(digest)?.contentHash
  }

  /** The bytes of a digest; `undefined` where they are not kept, or what is kept is damaged. */
  async get(digest: string): Promise<CachedArtefact | undefined> {
    check('digest', digestHex, digest)
    const place = this.#places.get(digest)
    if (place === undefined) return undefined
    const { hotkey, contentHash } = place
    await place.written
    const bytes = await this.#shelf.read(hotkey, digest)
    if (this.#places.get(digest) === place) {
      this.#places.delete(digest)
      if (bytes !== undefined) this.#places.set(digest, place)
      else this.#forget(digest, place)
    }
    return bytes === undefined ? undefined : { bytes, contentHash }
  }

  /**
   * Keeps an artefact. False where there is no room for it, and nothing has changed.
   *
   * @throws InvalidArgumentError for bytes of another digest.
   */
  async put(hotkey: Hotkey, digest: string, bytes: Uint8Array): Promise<boolean> {
    check('digest', digestHex, digest)
    check('bytes', bytesCheck(), bytes)
    const contentHash = sha256(bytes)
    const own = saltedDigest(hotkey, contentHash)
    if (own !== digest) {
      const remedy = `Pass the digest of the bytes, ${own}.`
      throw new InvalidArgumentError({ field: 'digest', value: digest, remedy })
    }
    if (this.#places.has(digest)) return true
    let wasWritten = (_: boolean): void => {}
    const done = new Promise<boolean>((resolve) => {
      wasWritten = resolve
    })
    const place = { hotkey, size: bytes.length, contentHash, written: done.then(() => {}) }
    if (!this.#take(digest, place)) return false
    await this.#removed
    try {
      await this.#shelf.write(hotkey, digest, bytes)
      wasWritten(true)
    } catch {
      // A full disk: it is as if there were no room.
      wasWritten(false)
      if (this.#places.get(digest) === place) this.#drop(digest, place)
    }
    return await done
  }

  /** Takes a place, and makes room for it where that can be made. At once, so that two never take the same room. */
  #take(digest: string, place: Place): boolean {
    const { hotkey, size } = place
    const leaving = this.#leavingFor(hotkey, size)
    if (leaving === undefined) return false
    for (const [old, its] of leaving) this.#drop(old, its)
    this.#places.set(digest, place)
    this.#heldBytes += size
    this.#ofHotkey.set(hotkey, (this.#ofHotkey.get(hotkey) ?? 0) + size)
    return true
  }

  /** What has to go, the one that was not used for longest first; `undefined` where that is not enough. */
  #leavingFor(hotkey: Hotkey, size: number): Map<string, Place> | undefined {
    let ownTooMuch = (this.#ofHotkey.get(hotkey) ?? 0) + size - this.#mostPerHotkey
    let tooMuch = this.#heldBytes + size - this.#mostBytes
    const leaving = new Map<string, Place>()
    const goThrough = (isOver: () => boolean, mayGo: (place: Place) => boolean): void => {
      for (const [digest, place] of this.#places) {
        if (isOver()) return
        if (this.#pins.has(digest) || leaving.has(digest) || !mayGo(place)) continue
        leaving.set(digest, place)
        tooMuch -= place.size
        if (place.hotkey === hotkey) ownTooMuch -= place.size
      }
    }
    goThrough(
      () => ownTooMuch <= 0,
      (place) => place.hotkey === hotkey,
    )
    goThrough(
      () => tooMuch <= 0,
      () => true,
    )
    return ownTooMuch > 0 || tooMuch > 0 ? undefined : leaving
  }

  #drop(digest: string, place: Place): void {
    this.#places.delete(digest)
    this.#forget(digest, place)
  }

  #forget(digest: string, { hotkey, size, written }: Place): void {
    this.#heldBytes -= size
    const left = (this.#ofHotkey.get(hotkey) ?? 0) - size
    if (left > 0) this.#ofHotkey.set(hotkey, left)
    else this.#ofHotkey.delete(hotkey)
    // In order, and not into a file that is being written. One that cannot be removed is looked at again by the next run.
    const removal = async (): Promise<void> => {
      await written
      if (!this.#places.has(digest)) await this.#shelf.remove(hotkey, digest)
    }
    this.#removed = this.#removed.then(removal).catch(() => {})
  }
}
