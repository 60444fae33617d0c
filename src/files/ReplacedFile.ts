import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { bytes as bytesCheck, check } from '../checks/index.js'
import { FileLock } from './FileLock.js'

/** What keeps a file from being used: another process has it, or has taken it over. */
export type FileTaken = 'inUse' | 'takenOver'

/**
 * A file that each save replaces whole, readable by its owner alone (mode 0600). A save writes a neighbouring file, flushes it to disk and
 * renames it over the old one. One user per file: while it is open, `PATH.lock` names the process that uses it.
 */
export class ReplacedFile {
  readonly #path: string
  readonly #refusal: (taken: FileTaken, detail: string) => Error
  #lock: FileLock | undefined

  /**
   * @param path - its folder is made when there is none.
   * @param refusal - the error for a file that another process uses.
   */
  constructor(path: string, refusal: (taken: FileTaken, detail: string) => Error) {
    this.#path = path
    this.#refusal = refusal
  }

  /** @throws the refusal while another process uses the file. */
  async open(): Promise<void> {
    await this.#makeFolder()
    this.#lock = await FileLock.take(this.#lockPath, (holder) =>
      this.#refusal('inUse', `${holder} holds ${this.#lockPath}`),
    )
    await this.#removeDrafts()
  }

  async load(): Promise<Uint8Array | null> {
    try {
      return new Uint8Array(await readFile(this.#path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  async save(bytes: Uint8Array): Promise<void> {
    check('bytes', bytesCheck(), bytes)
    if (this.#lock !== undefined && !(await this.#lock.isHeld()))
      throw this.#refusal('takenOver', `${this.#lockPath} is of another process`)
    await this.#makeFolder()
    const draft = `${this.#path}.${randomBytes(8).toString('hex')}.new`
    try {
      // A name that nobody knows, and never one that is there: a link somebody planted is not written through.
      const file = await open(draft, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, this.#path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  async close(): Promise<void> {
    const lock = this.#lock
    this.#lock = undefined
    await lock?.release()
  }

  get #lockPath(): string {
    return `${this.#path}.lock`
  }

  async #makeFolder(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
  }

  /** What a crash left; whoever holds the lock is alone. */
  async #removeDrafts(): Promise<void> {
    const folder = dirname(this.#path)
    const name = basename(this.#path)
    for (const entry of await readdir(folder)) {
      const isDraft = entry.startsWith(`${name}.`) && /^[0-9a-f]{16}\.new$/.test(entry.slice(name.length + 1))
      if (isDraft) await rm(join(folder, entry), { force: true })
    }
  }
}
