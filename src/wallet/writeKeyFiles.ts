import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { bytes as anyBytes, check, flag, secret, shape } from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { BaseError } from '../errors/index.js'
import { type Disk, systemDisk } from './disk.js'
import { KeyFileExistsError, KeyFileWriteError } from './fileErrors.js'
import { expandHome } from './homePath.js'
import { assertNotSymlink, assertWritable, codeOf, ignoreMissing, isMissing } from './safePaths.js'
import { whileLocked } from './whileLocked.js'

/** Whether files that exist are replaced. */
export interface WriteOptions {
  readonly overwrite: boolean
}

const contentCheck = secret(anyBytes())
const optionsShape = secret(shape<WriteOptions>({ overwrite: flag }))

/**
 * Writes a key file whole or not at all: into a new file of mode 0600 beside it, synced, then moved into place.
 * Folders that are missing are made with mode 0700. A leading `~` is the home folder.
 *
 * @throws KeyFileExistsError when something is there and `overwrite` is not set; two writers cannot both succeed.
 * @throws UnsafePathError when the place or its folder is a symbolic link.
 * @throws KeyFileWriteError when the disk is full or does not allow it.
 */
export async function writeKeyBytes(path: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  const place = expandHome('path', path)
  check('bytes', contentCheck, bytes)
  check('options', optionsShape, options)
  await writeKeyFiles([{ path: place, bytes }], options)
}

/** A file to be, at a path whose `~` is expanded. */
export interface KeyFileToWrite {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A file on its way: `temporary` holds the new content, `kept` what was in its place before. */
interface Staged {
  readonly path: string
  readonly temporary: string
  kept: string | undefined
  isPublished: boolean
}

/**
 * Writes several files, all of them or none: everything that needs space is done before the first is moved into place, and
 * what was moved is moved back when a later one fails. Put first what must not be lost: should the machine stop between two
 * moves, the earlier ones stand. Writers of the same files take turns, so that what lies there in the end is of one of them.
 *
 * @param files - at least one.
 * @throws the errors of `writeKeyBytes`.
 */
export async function writeKeyFiles(
  files: readonly KeyFileToWrite[],
  options: WriteOptions,
  disk: Disk = systemDisk,
  clock: Clock = systemClock,
): Promise<void> {
  await whileLocked(files[0]!.path, { disk, clock }, () => writeAll(files, options, disk))
}

async function writeAll(files: readonly KeyFileToWrite[], options: WriteOptions, disk: Disk): Promise<void> {
  const staged: Staged[] = []
  let path = ''
  try {
    for (const file of files) {
      path = file.path
      await stage(file, staged, options, disk)
    }
    for (const one of staged) {
      path = one.path
      await publish(one, options, disk)
    }
  } catch (error) {
    const leftover = await undo(staged, disk)
    if (error instanceof BaseError) throw error
    throw new KeyFileWriteError({ path, reason: codeOf(error), leftover, cause: error })
  }
  // By now the keys stand; a name that cannot be removed is no reason to call them unwritten.
  await Promise.allSettled(staged.flatMap((one) => temporariesOf(one).map((name) => disk.unlink(name))))
  for (const folder of new Set(staged.map((one) => dirname(one.path)))) await disk.syncFolder(folder)
}

async function stage(
  { path, bytes }: KeyFileToWrite,
  staged: Staged[],
  options: WriteOptions,
  disk: Disk,
): Promise<void> {
  const folder = dirname(path)
  await disk.makeFolder(folder)
  await assertNotSymlink(folder)
  await assertWritable(path, options)
  const one: Staged = { path, temporary: temporaryFor(path), kept: undefined, isPublished: false }
  staged.push(one)
  await disk.writeNew(one.temporary, bytes)
  if (!options.overwrite || (await lstat(path).catch(ignoreMissing)) === undefined) return
  const kept = temporaryFor(path)
  one.kept = kept
  // Where the file system has no second names, a copy serves.
  await disk.link(path, kept).catch(() => disk.copyNew(path, kept))
}

async function publish(one: Staged, { overwrite }: WriteOptions, disk: Disk): Promise<void> {
  if (overwrite) await disk.rename(one.temporary, one.path)
  else await publishExclusively(one, disk)
  one.isPublished = true
}

/** A hard link fails when its name is taken, so nobody's file is replaced in between; a rename would. */
async function publishExclusively({ temporary, path }: Staged, disk: Disk): Promise<void> {
  try {
    await disk.link(temporary, path)
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') throw new KeyFileExistsError({ path })
    // File systems without hard links: the check just before is the best there is.
    await assertWritable(path, { overwrite: false })
    await disk.rename(temporary, path)
  }
}

/** Puts everything back, the last first. @returns the files that stayed where they should not. */
async function undo(staged: readonly Staged[], disk: Disk): Promise<readonly string[]> {
  const leftover: string[] = []
  const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => {
      if (!isMissing(error)) leftover.push(name)
    })
  }
  for (const one of [...staged].reverse()) {
    const { path, temporary, kept, isPublished } = one
    if (isPublished && kept !== undefined) await attempt(kept, () => disk.rename(kept, path))
    else if (isPublished) await attempt(path, () => disk.unlink(path))
    else if (kept !== undefined) await attempt(kept, () => disk.unlink(kept))
    await attempt(temporary, () => disk.unlink(temporary))
  }
  return leftover
}

function temporariesOf({ temporary, kept }: Staged): readonly string[] {
  return kept === undefined ? [temporary] : [temporary, kept]
}

function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
}
