import { createReadStream } from 'node:fs'
import { bytesWithin } from './bytesWithin.js'
import { shown } from './openRefusal.js'
import { UsageError } from './UsageError.js'

/**
 * All of the file that a command is given.
 *
 * @throws UsageError for one that cannot be read, or has more than `maxBytes`.
 */
export async function fileBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await bytesWithin(createReadStream(path), { field: 'FILE', maxBytes })
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    const problem = why === 'EISDIR' ? 'is a folder; name a file' : `cannot be read (${why})`
    throw new UsageError({ field: 'FILE', problem: `${shown(path)} ${problem}`, cause })
  }
}
