import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { bytesEqual } from '../codec/index.js'
import {
  arrowFrame,
  arrowHead,
  csvFrame,
  csvHead,
  type FrameSource,
  type SimulationFrame,
} from '../simulation/index.js'
import { OutputError } from './OutputError.js'
import { openRefusal, shown } from './openRefusal.js'
import { statePathOf } from './simulateFiles.js'
import { UsageError } from './UsageError.js'

/** Bytes of a file that are read at a time. */
const PART_BYTES = 1 << 20

/** What a run had written when it was left. */
export interface WrittenPart {
  readonly bytes: number
  /** SHA-256 of them. */
  readonly hash: Uint8Array
}

/** A file to which frames are added, each in whole before the next. */
export class FrameOutput {
  readonly path: string
  readonly #fd: number
  readonly #isCsv: boolean
  /** Of all bytes that are written. */
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0
  #isOpen = true

  private constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
    this.#isCsv = path.endsWith('.csv')
  }

  /**
   * Begins a new file.
   *
   * @throws UsageError where there is one already, or it cannot be made; OutputError.
   */
  static create(path: string, facts: Readonly<Record<string, string>>): FrameOutput {
    const output = new FrameOutput(path, opened('--out', path, 'wx', { EEXIST: thereReason(path) }))
    try {
      output.#add(output.#isCsv ? Buffer.from(csvHead()) : arrowHead(facts))
    } catch (error) {
      output.discard()
      throw error
    }
    return output
  }

  /**
   * Goes on with a file after what the run had written of it; what stands behind that goes.
   *
   * @throws UsageError where there is none, or it holds something else; the file is as before then.
   */
  static reopen(path: string, written: WrittenPart): FrameOutput {
    const output = new FrameOutput(path, opened('--resume', path, 'r+', { ENOENT: 'is not there' }))
    try {
      output.#takeUp(written)
    } catch (error) {
      output.close()
      throw error
    }
    return output
  }

  /** What is written, for somebody who takes it up. */
  get written(): WrittenPart {
    return { bytes: this.#bytes, hash: this.#hash.copy().digest() }
  }

  /** Whether a run can be taken up from this file. */
  get isResumable(): boolean {
    return !this.#isCsv
  }

  /** @throws OutputError; what was written of the frame is taken back. */
  add(frame: SimulationFrame): void {
    this.#add(this.#isCsv ? Buffer.from(csvFrame(frame)) : arrowFrame(frame))
  }

  /** What was written so far, to be read. */
  source(): FrameSource {
    return {
      byteLength: this.#bytes,
      read: (at, length) => this.#read(at, length),
    }
  }

  /** Returns when what was written is on the disk. @throws OutputError */
  sync(): void {
    this.#tried(() => fsyncSync(this.#fd))
  }

  /** Takes the file away: nothing came of it. */
  discard(): void {
    this.close()
    rmSync(this.path, { force: true })
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd)
    this.#isOpen = false
  }

  #takeUp({ bytes, hash }: WrittenPart): void {
    const { size } = fstatSync(this.#fd)
    if (size < bytes) throw this.#otherFile(`holds ${size} bytes, and the run had written ${bytes}`)
    for (let at = 0; at < bytes; at += PART_BYTES)
      this.#hash.update(this.#read(at, Math.min(PART_BYTES, bytes - at)))
    this.#bytes = bytes
    if (!bytesEqual(this.written.hash, hash)) throw this.#otherFile('does not hold what the run had written')
    ftruncateSync(this.#fd, bytes)
  }

  #otherFile(why: string): UsageError {
    const problem = `${shown(this.path)} ${why}: it is not the file that was left`
    return new UsageError({ field: '--resume', problem })
  }

  #read(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    readSync(this.#fd, bytes, 0, length, at)
    return bytes
  }

  #add(bytes: Uint8Array): void {
    this.#tried(() => {
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#fd, bytes, at, bytes.length - at, this.#bytes + at)
    })
    this.#bytes += bytes.length
    this.#hash.update(bytes)
  }

  #tried(write: () => void): void {
    try {
      write()
    } catch (cause) {
      this.#takeBack()
      throw new OutputError(cause, shown(this.path))
    }
  }

  /** Half a frame is none. Where that fails too, readers leave it out. */
  #takeBack(): void {
    try {
      ftruncateSync(this.#fd, this.#bytes)
    } catch {
      // The first failure is what is told.
    }
  }
}

/** @throws UsageError naming the option. */
export function opened(
  option: string,
  path: string,
  flags: string,
  reasons?: Readonly<Record<string, string>>,
): number {
  try {
    return openSync(path, flags)
  } catch (cause) {
    throw openRefusal(option, path, cause, reasons)
  }
}

/** What to do about a file that is there already. */
function thereReason(path: string): string {
  const wayOut = existsSync(statePathOf(path))
    ? 'go on with its run by --resume'
    : 'remove this one: no run that could go on is saved beside it'
  return `is there already; name another file, or ${wayOut}`
}
