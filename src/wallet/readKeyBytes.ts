import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KeyFileNotFoundError, UnsafePathError } from './fileErrors.js'
import { expandHome } from './homePath.js'
import { assertNotSymlink, codeOf, isMissing } from './safePaths.js'

/** Largest key file that is read, in bytes; real ones have below two thousand. */
const FILE_LIMIT_BYTES = 65_536

/**
 * Reads a key file: a regular file, no symbolic link, of at most 64 KiB. A leading `~` is the home folder.
 *
 * @throws KeyFileNotFoundError
 * @throws UnsafePathError
 */
export async function readKeyBytes(path: string): Promise<Uint8Array> {
  return (await readKeyFile(expandHome('path', path))).bytes
}

/** A key file as it lies on disk. */
export interface FileOnDisk {
  readonly path: string
  readonly bytes: Uint8Array
  /** Rights, as `chmod` takes them. */
  readonly mode: number
}

/** Like `readKeyBytes`, for a path whose `~` is expanded, and tells the rights of what was read. */
export async function readKeyFile(path: string): Promise<FileOnDisk> {
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
    return { path, bytes, mode: facts.mode & 0o777 }
  } finally {
    await handle.close()
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Without waiting, so that a pipe in a file's place cannot stall the open.
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    if (isMissing(cause)) throw new KeyFileNotFoundError({ path, cause })
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
