import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs'
import { OutputError } from './OutputError.js'
import { shown } from './openRefusal.js'

/**
 * Writes a file in whole or not at all: beside its place, and from there over what was there.
 *
 * @throws OutputError; what the file held before is kept.
 */
export function writeBeside(path: string, bytes: Uint8Array): void {
  try {
    const half = partPathOf(path)
    const fd = openSync(half, 'w')
    try {
      writeAll(fd, bytes)
      renameSync(half, targetOf(path))
    } catch (cause) {
      rmSync(half, { force: true })
      throw cause
    }
  } catch (cause) {
    throw new OutputError(cause, shown(path))
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Where a file is written before it is put in its place. */
export const partPathOf = (path: string): string => `${targetOf(path)}.part`

/** What a link leads to: the link itself stays. */
function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
