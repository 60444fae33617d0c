import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isAddress, sha256 } from '../crypto/index.js'
import { ReplacedFile } from '../files/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { saltedDigest } from './artefactDigest.js'

/** An artefact on a shelf. */
export interface Shelved {
  readonly hotkey: Hotkey
  readonly digest: string
  readonly bytes: Uint8Array
}

/** Where the bytes of a cache lie. */
export interface Shelf {
  /** What is there at the beginning, the one that was written first before the others. */
  all(): AsyncIterable<Shelved>
  /** `undefined` for what is not there, or is damaged. */
  read(hotkey: Hotkey, digest: string): Promise<Uint8Array | undefined>
  write(hotkey: Hotkey, digest: string, bytes: Uint8Array): Promise<void>
  remove(hotkey: Hotkey, digest: string): Promise<void>
}

/** In memory, and gone with the process. */
export class MemoryShelf implements Shelf {
  readonly #bytes = new Map<string, Uint8Array>()

  async *all(): AsyncGenerator<Shelved> {}

  async read(_hotkey: Hotkey, digest: string): Promise<Uint8Array | undefined> {
    return this.#bytes.get(digest)
  }

  async write(_hotkey: Hotkey, digest: string, bytes: Uint8Array): Promise<void> {
    this.#bytes.set(digest, bytes)
  }

  async remove(_hotkey: Hotkey, digest: string): Promise<void> {
    this.#bytes.delete(digest)
  }
}

const NAME = /^([1-9A-HJ-NP-Za-km-z]+)-([0-9a-f]{64})\.artefact$/

/** In a folder, one file each, named by hotkey and digest: who shares it reads the same, and whatever it reads is checked. */
export class FolderShelf implements Shelf {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async *all(): AsyncGenerator<Shelved> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const files: {
      readonly name: string
      readonly hotkey: Hotkey
      readonly digest: string
      readonly atMs: number
    }[] = []
    for (const name of await readdir(this.#folder)) {
      const [, hotkey = '', digest = ''] = NAME.exec(name) ?? []
      if (!isAddress(hotkey)) continue
      const found = await stat(join(this.#folder, name)).catch(() => undefined)
      if (found !== undefined) files.push({ name, hotkey: asHotkey(hotkey), digest, atMs: found.mtimeMs })
    }
    for (const { name, hotkey, digest } of files.sort((a, b) => a.atMs - b.atMs)) {
      const bytes = await readFile(join(this.#folder, name)).catch(() => undefined)
      if (bytes !== undefined) yield { hotkey, digest, bytes: new Uint8Array(bytes) }
    }
  }

  async read(hotkey: Hotkey, digest: string): Promise<Uint8Array | undefined> {
    const found = await readFile(this.#pathOf(hotkey, digest)).catch(() => undefined)
    if (found === undefined) return undefined
    const bytes = new Uint8Array(found)
    return saltedDigest(hotkey, sha256(bytes)) === digest ? bytes : undefined
  }

  async write(hotkey: Hotkey, digest: string, bytes: Uint8Array): Promise<void> {
    // Nobody else has another file to write to it.
    await new ReplacedFile(this.#pathOf(hotkey, digest), () => new Error()).save(bytes)
  }

  async remove(hotkey: Hotkey, digest: string): Promise<void> {
    await rm(this.#pathOf(hotkey, digest), { force: true })
  }

  #pathOf(hotkey: Hotkey, digest: string): string {
    return join(this.#folder, `${hotkey}-${digest}.artefact`)
  }
}
