import { basename, dirname, join } from 'node:path'
import { type Clock, sleep } from '../clock/index.js'
import type { Disk } from './disk.js'
import { KeyFileWriteError } from './fileErrors.js'
import { assertNotSymlink, codeOf } from './safePaths.js'

/** Between two looks at a lock that another writer holds. */
const LOOK_MS = 20
/** Writing takes milliseconds, on slow disks tenths of a second: what is held for so long was left by a program that was stopped. */
const PATIENCE_MS = 10_000

/**
 * Does work while no other writer of this library, in this process or another, is at the same key: a file beside it that can be
 * made once only says so. Two that replaced a key and its public file at the same time left parts of both.
 *
 * @throws KeyFileWriteError `EBUSY` when another one does not end, and for what the disk refuses.
 */
export async function whileLocked(
  path: string,
  { disk, clock }: { readonly disk: Disk; readonly clock: Clock },
  work: () => Promise<void>,
): Promise<void> {
  const lock = join(dirname(path), `.${basename(path)}.lock`)
  try {
    await disk.makeFolder(dirname(path))
  } catch (cause) {
    throw new KeyFileWriteError({ path, reason: codeOf(cause), cause })
  }
  await assertNotSymlink(dirname(path))
  for (let waitedMs = 0; !(await isTaken(lock, path, disk)); waitedMs += LOOK_MS) {
    if (waitedMs >= PATIENCE_MS) throw new KeyFileWriteError({ path, reason: 'EBUSY', lock })
    await sleep(clock, LOOK_MS)
  }
  try {
    await work()
  } finally {
    // Left behind, it is named to whoever comes next.
    await disk.unlink(lock).catch(() => undefined)
  }
}

/** Whether the lock is ours now. */
async function isTaken(lock: string, path: string, disk: Disk): Promise<boolean> {
  try {
    await disk.writeNew(lock, new Uint8Array(0))
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw new KeyFileWriteError({ path, reason: codeOf(cause), cause })
  }
}
