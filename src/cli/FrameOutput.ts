import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { printable, withoutSecrets } from '../errors/index.js'
import {
  arrowFrame,
  arrowHead,
  csvFrame,
  csvHead,
  type FrameSource,
  type SimulationFrame,
} from '../simulation/index.js'
import { OutputError } from './OutputError.js'
import { UsageError } from './UsageError.js'

/** What the system says where a file cannot be opened, for somebody who reads it. */
const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'is there already; name another file, or go on with it by --resume',
  ENOENT: 'cannot be written: its folder is not there',
  ENOTDIR: 'cannot be written: its folder is no folder',
  EISDIR: 'is a folder; name a file',
  EACCES: 'cannot be written: you may not',
  EROFS: 'cannot be written: the disk is read-only',
}

/** A file to which frames are added, each in whole before the next. */
export class FrameOutput {
  readonly path: string
  readonly #fd: number
  readonly #isCsv: boolean
  #bytes: number

  private constructor(path: string, fd: number, bytes: number) {
    this.path = path
    this.#fd = fd
    this.#isCsv = path.endsWith('.csv')
    this.#bytes = bytes
  }

  /**
   * Begins a new file.
   *
   * @throws UsageError where there is one already, or it cannot be made; OutputError.
   */
  static create(path: string, facts: Readonly<Record<string, string>>): FrameOutput {
    const output = new FrameOutput(path, opened('--out', path, 'wx'), 0)
    output.#add(output.#isCsv ? Buffer.from(csvHead()) : arrowHead(facts))
    return output
  }

  /**
   * Goes on with a file after so many of its bytes; what stands behind them goes.
   *
   * @throws UsageError where there is none, or it is shorter.
   */
  static reopen(path: string, bytes: number): FrameOutput {
    const fd = opened('--resume', path, 'r+')
    const { size } = fstatSync(fd)
    if (size < bytes) {
      closeSync(fd)
      const problem = `${shown(path)} holds ${size} bytes, and the run had written ${bytes}: it is not the file that was left`
      throw new UsageError({ field: '--resume', problem })
    }
    ftruncateSync(fd, bytes)
    return new FrameOutput(path, fd, bytes)
  }

  /** Bytes that are written. */
  get bytes(): number {
    return this.#bytes
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
      read: (at, length) => {
        const bytes = new Uint8Array(length)
        readSync(this.#fd, bytes, 0, length, at)
        return bytes
      },
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
    closeSync(this.#fd)
  }

  #add(bytes: Uint8Array): void {
    this.#tried(() => {
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#fd, bytes, at, bytes.length - at, this.#bytes + at)
    })
    this.#bytes += bytes.length
  }

  #tried(write: () => void): void {
    try {
      write()
    } catch (cause) {
      this.#takeBack()
      throw new OutputError(cause, this.path)
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
export function opened(option: string, path: string, flags: string): number {
  try {
    return openSync(path, flags)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    const why = option === '--resume' && code === 'ENOENT' ? 'is not there' : REASONS[code]
    const problem = `${shown(path)} ${why ?? `cannot be opened (${code})`}`
    throw new UsageError({ field: option, problem, cause })
  }
}

/** A path as a message shows it. */
export const shown = (path: string): string => printable(withoutSecrets(path), 300)
