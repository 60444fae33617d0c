import { lstat } from 'node:fs/promises'
import { KeyFileExistsError, UnsafePathError } from './fileErrors.js'
import { expandHome } from './homePath.js'

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
  const facts = await lstat(path).catch((error) => {
    if (isMissing(error)) return undefined
    throw new UnsafePathError({ path, why: `it cannot be looked at (${codeOf(error)})`, cause: error })
  })
  if (facts?.isSymbolicLink()) throw new UnsafePathError({ path, why: 'it is a symbolic link' })
}

/**
 * What lies at a path, in which a leading `~` is the home folder: a file (or a link, pipe or device in its place), a folder,
 * or nothing.
 */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const facts = await lstat(expandHome('path', path)).catch(() => undefined)
  if (facts === undefined) return 'nothing'
  return facts.isDirectory() ? 'folder' : 'file'
}

/** For `catch`: nothing where there is nothing. */
export function ignoreMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined
  throw error
}

/** Whether there is nothing at a path; of a name that is too long there cannot be anything. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error))
}

/** The system's own word for what failed, such as `ENOSPC`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
