import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, rename, unlink } from 'node:fs/promises'

/** What writing key files asks of the disk; a test makes each step fail. */
export interface Disk {
  /** Makes a folder of mode 0700 and those above it that are missing. */
  makeFolder(path: string): Promise<unknown>
  /** Writes a new file of mode 0600, and waits until it is safe. */
  writeNew(path: string, bytes: Uint8Array): Promise<void>
  /** A second name for a file; fails when the name is taken. */
  link(from: string, to: string): Promise<void>
  copyNew(from: string, to: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Makes the names in a folder safe, where the system can. */
  syncFolder(path: string): Promise<void>
}

export const systemDisk: Disk = {
  makeFolder: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
  writeNew: async (path, bytes) => {
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  link,
  copyNew: (from, to) => copyFile(from, to, constants.COPYFILE_EXCL),
  rename,
  unlink,
  syncFolder: async (path) => {
    // Not every system can sync a folder; the files themselves are safe by then.
    const handle = await open(path, 'r').catch(() => undefined)
    await handle?.sync().catch(() => undefined)
    await handle?.close()
  },
}
