import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkOf, type ReadinessCheck } from './Source.js'

/** Written and taken away again. */
const PROBE = Uint8Array.of(1)

/**
 * Whether files can be written to a folder: a few bytes are, flushed, and taken away again. One look at a time: a disk that hangs
 * has one write waiting and no more.
 */
export class DirectoryCheck {
  readonly path: string
  #looking: Promise<string | undefined> | undefined

  constructor(path: string) {
    this.path = path
  }

  async check(): Promise<ReadinessCheck> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return checkOf(this.path, 'writable', await this.#looking)
  }

  async #look(): Promise<string | undefined> {
    const probe = join(this.path, `.subnetkit-writable-${process.pid}`)
    try {
      const file = await open(probe, 'w')
      try {
        await file.write(PROBE)
        await file.sync()
      } finally {
        await file.close()
        // Another process of this number, in a container of its own, may have taken it away.
        await rm(probe, { force: true })
      }
      return undefined
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
      return `Nothing can be written there (${code}).`
    }
  }
}
