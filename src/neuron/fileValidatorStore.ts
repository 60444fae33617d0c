import { open, readFile, rename, rm } from 'node:fs/promises'
import type { ValidatorStore } from './ValidatorStore.js'

/**
 * Keeps the memory in one file, readable by its owner alone (mode 0600). A save writes a neighbouring file,
 * flushes it to disk and renames it over the old one. One validator per file.
 *
 * @param path - file in an existing folder; made by the first save.
 */
export function fileValidatorStore(path: string): ValidatorStore {
  return {
    async load() {
      try {
        return new Uint8Array(await readFile(path))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async save(bytes) {
      const draft = `${path}.${process.pid}.new`
      try {
        // A draft left by a crash may be a link somebody planted: make a new file or fail.
        await rm(draft, { force: true })
        const file = await open(draft, 'wx', 0o600)
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(draft, path)
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
  }
}
