import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, lstat, mkdir, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BaseError } from '../errors/index.js'

/** There is no file where a key was looked for. */
export class KeyFileNotFoundError extends BaseError {
  override readonly name = 'KeyFileNotFoundError'
  readonly code = 'KeyFileNotFound'
  readonly path: string

  constructor(details: { path: string; cause?: unknown }) {
    super(`There is no key file ${details.path}.`, {
      hints: ['Check the wallet root, wallet name and hotkey name, or create the key first.'],
      docsPath: 'errors#key-file-not-found',
      cause: details.cause,
    })
    this.path = details.path
  }
}

/** A key file exists already, and overwriting was not asked for. */
export class KeyFileExistsError extends BaseError {
  override readonly name = 'KeyFileExistsError'
  readonly code = 'KeyFileExists'
  readonly path: string

  constructor(details: { path: string }) {
    super(`The key file ${details.path} exists already; nothing was written.`, {
      hints: ['Choose another name, or pass overwrite: true if the key in it may be lost for ever.'],
      docsPath: 'errors#key-file-exists',
    })
    this.path = details.path
  }
}

/** A path leads through a symbolic link, or to something that is no small regular file. */
export class UnsafePathError extends BaseError {
  override readonly name = 'UnsafePathError'
  readonly code = 'UnsafePath'
  readonly path: string
  readonly why: string

  constructor(details: { path: string; why: string; cause?: unknown }) {
    super(`The path ${details.path} was refused: ${details.why}.`, {
      hints: ['Key files are small regular files in real folders; put the file itself there.'],
      docsPath: 'errors#unsafe-path',
      cause: details.cause,
    })
    this.path = details.path
    this.why = details.why
  }
}

/** Largest key file that is read, in bytes; real ones have below two thousand. */
const FILE_LIMIT_BYTES = 65_536

/**
 * Reads a key file: a regular file, no symbolic link, of at most 64 KiB.
 *
 * @throws KeyFileNotFoundError
 * @throws UnsafePathError
 */
export async function readKeyBytes(path: string): Promise<Uint8Array> {
  await assertNotSymlink(dirname(path))
  await assertNotSymlink(path)
  const handle = await openForReading(path)
  try {
    const facts = await handle.stat()
    if (!facts.isFile()) throw new UnsafePathError({ path, why: 'it is no regular file' })
    if (facts.size > FILE_LIMIT_BYTES) {
      throw new UnsafePathError({ path, why: `it exceeds ${FILE_LIMIT_BYTES} bytes` })
    }
    // One byte above the limit, so that a file growing under the read shows.
    const buffer = new Uint8Array(FILE_LIMIT_BYTES + 1)
    const length = await fill(handle, buffer)
    if (length > FILE_LIMIT_BYTES) throw new UnsafePathError({ path, why: 'it grew while it was read' })
    const bytes = buffer.slice(0, length)
    buffer.fill(0)
    return bytes
  } finally {
    await handle.close()
  }
}

/**
 * Writes a key file whole or not at all: into a new file of mode 0600 beside it, synced, then moved into place.
 * Folders that are missing are made with mode 0700.
 *
 * @throws KeyFileExistsError when something is there and `overwrite` is not set; two writers cannot both succeed.
 * @throws UnsafePathError when the place or its folder is a symbolic link.
 */
export async function writeKeyBytes(
  path: string,
  bytes: Uint8Array,
  options: { overwrite: boolean },
): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await assertNotSymlink(folder)
  await assertWritable(path, options)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
  try {
    await writeSynced(temporary, bytes)
    await (options.overwrite ? rename(temporary, path) : publishExclusively(temporary, path))
  } finally {
    await unlink(temporary).catch(ignoreMissing)
  }
  await syncFolder(folder)
}

/**
 * Checks that a key file may be written at a path, before work is spent on it.
 *
 * @throws KeyFileExistsError
 * @throws UnsafePathError
 */
export async function assertWritable(path: string, options: { overwrite: boolean }): Promise<void> {
  await assertNotSymlink(path)
  const facts = await lstat(path).catch(ignoreMissing)
  if (facts === undefined) return
  if (!facts.isFile()) throw new UnsafePathError({ path, why: 'something that is no file is in its place' })
  if (!options.overwrite) throw new KeyFileExistsError({ path })
}

/** @throws UnsafePathError when the path itself is a symbolic link; a missing path is fine. */
export async function assertNotSymlink(path: string): Promise<void> {
  const facts = await lstat(path).catch(ignoreMissing)
  if (facts?.isSymbolicLink()) throw new UnsafePathError({ path, why: 'it is a symbolic link' })
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Without waiting, so that a pipe in a file's place cannot stall the open.
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') {
      throw new KeyFileNotFoundError({ path, cause })
    }
    throw new UnsafePathError({ path, why: `it cannot be opened (${codeOf(cause)})`, cause })
  }
}

async function fill(handle: FileHandle, buffer: Uint8Array): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A hard link fails when its name is taken, so nobody's file is replaced in between; a rename would. */
async function publishExclusively(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') throw new KeyFileExistsError({ path })
    // File systems without hard links: the check just before is the best there is.
    await assertWritable(path, { overwrite: false })
    await rename(temporary, path)
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Not every system can sync a folder; the file itself is safe by then.
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
  throw error
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
