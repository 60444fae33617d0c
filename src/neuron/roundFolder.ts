import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { check, shape, text, wholeNumber } from '../checks/index.js'
import { BaseError } from '../errors/index.js'
import { ReplacedFile } from '../files/index.js'
import { encodeRound, type RoundRecord } from '../mechanism/index.js'

/** Bytes of records that wait for a disk, at most. */
const WAITING_BYTES = 64 * 1024 * 1024
const DIGITS = 10
const ROUND_FILE = /^\d+-\d+\.round$/
/** What a crash left of a file that was being written. */
const DRAFT = /^\d+-\d+\.round\.[0-9a-f]{16}\.new$/

/** Where records are kept, and how many. */
export interface RoundFolderOptions {
  /** The folder; it is made where there is none. One for each validator and mechanism. */
  readonly path: string
  /** Bytes of all files together: where a new one needs room, the oldest go. */
  readonly maxBytes: number
}

const optionsShape = shape<RoundFolderOptions>({
  path: text({ min: 1 }),
  maxBytes: wholeNumber({ min: 1 }),
})

/**
 * A record could not be kept in its folder.
 *
 * @example
 * ```ts
 * import { RoundFolderError, type ValidatorEvent } from 'subnetkit/neuron'
 *
 * export const isDiskTooSlow = (event: ValidatorEvent): boolean =>
 *   event.type === 'roundNotRecorded' && event.error instanceof RoundFolderError
 * ```
 */
export class RoundFolderError extends BaseError {
  override readonly name = 'RoundFolderError'
  readonly code = 'RoundFolder'
  readonly why: string

  constructor(details: { why: string; remedy: string }) {
    super(`The record of a round was not kept: ${details.why}.`, {
      hints: [details.remedy],
      docsPath: 'errors#round-folder',
    })
    this.why = details.why
  }
}

/**
 * Keeps records as files `BLOCK-INDEX.round` in a folder, the newest ones within a bound. What it gives is the option `onRound` of a `Validator`; its promise
 * rejects where a record cannot be kept, with the system's error of a full disk for example, and the next one is tried again.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 *
 * @example
 * ```ts
 * import { roundFolder, type ValidatorOptions } from 'subnetkit/neuron'
 *
 * const keeping: Pick<ValidatorOptions<string, string, null>, 'onRound'> = {
 *   onRound: roundFolder({ path: 'rounds', maxBytes: 1_000_000_000 }),
 * }
 * ```
 */
export function roundFolder(options: RoundFolderOptions): (record: RoundRecord) => Promise<void> {
  check('options', optionsShape, options)
  const folder = new RoundFolder({ ...options })
  return (record) => folder.keep(record)
}

/** A file of the folder. */
interface Kept {
  readonly name: string
  readonly bytes: number
}

class RoundFolder {
  readonly #path: string
  readonly #maxBytes: number
  /** The oldest first. */
  #kept: readonly Kept[] | undefined
  #waitingBytes = 0
  #writing: Promise<unknown> = Promise.resolve()

  constructor({ path, maxBytes }: RoundFolderOptions) {
    this.#path = path
    this.#maxBytes = maxBytes
  }

  /** One file after the other. @throws RoundFolderError, and the system's errors. */
  async keep(record: RoundRecord): Promise<void> {
    const bytes = encodeRound(record)
    if (bytes.length > this.#maxBytes) {
      const why = `it has ${bytes.length} bytes, and the folder may hold ${this.#maxBytes}`
      throw new RoundFolderError({ why, remedy: 'Raise maxBytes, or keep less of each answer (keep).' })
    }
    if (this.#waitingBytes + bytes.length > WAITING_BYTES) {
      const why = `${this.#waitingBytes} bytes of others wait for the disk already`
      throw new RoundFolderError({ why, remedy: 'Take a faster disk, or keep less of each answer (keep).' })
    }
    this.#waitingBytes += bytes.length
    const written = this.#writing.then(() => this.#write(record, bytes))
    this.#writing = written.catch(() => {})
    try {
      await written
    } finally {
      this.#waitingBytes -= bytes.length
    }
  }

  async #write({ block, index }: RoundRecord, bytes: Uint8Array): Promise<void> {
    this.#kept ??= await this.#find()
    const name = `${String(block).padStart(DIGITS, '0')}-${index}.round`
    const others = this.#kept.filter((one) => one.name !== name)
    const kept = await this.#makeRoom(others, bytes.length)
    await new ReplacedFile(join(this.#path, name), refused).save(bytes)
    this.#kept = [...kept, { name, bytes: bytes.length }]
  }

  /** Removes the oldest files until there is room. */
  async #makeRoom(files: readonly Kept[], bytes: number): Promise<Kept[]> {
    const kept = [...files]
    let total = kept.reduce((sum, one) => sum + one.bytes, bytes)
    while (total > this.#maxBytes) {
      const oldest = kept.shift()
      if (oldest === undefined) break
      await rm(join(this.#path, oldest.name), { force: true })
      total -= oldest.bytes
    }
    return kept
  }

  /** What an earlier run left. */
  async #find(): Promise<Kept[]> {
    const names = await readdir(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const kept: (Kept & { readonly writtenMs: number })[] = []
    // By name first: of those that were written at once that of the older block is the older one.
    for (const name of names.sort()) {
      const path = join(this.#path, name)
      if (DRAFT.test(name)) await rm(path, { force: true })
      if (!ROUND_FILE.test(name)) continue
      const { size, mtimeMs } = await stat(path)
      kept.push({ name, bytes: size, writtenMs: mtimeMs })
    }
    return kept.sort((a, b) => a.writtenMs - b.writtenMs)
  }
}

/** Nobody takes a lock on a record. */
function refused(): Error {
  return new RoundFolderError({
    why: 'its file is in use',
    remedy: 'Give each validator a folder of its own.',
  })
}
