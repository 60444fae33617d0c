import { printable, withoutSecrets } from '../errors/index.js'
import { UsageError } from './UsageError.js'

/** What the system says where a file cannot be opened, for somebody who reads it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'cannot be written: its folder is not there',
  ENOTDIR: 'cannot be written: its folder is no folder',
  EISDIR: 'is a folder; name a file',
  EACCES: 'cannot be written: you may not',
  EROFS: 'cannot be written: the disk is read-only',
}

/** Why the file that an option names cannot be opened. @param reasons - in place of, and beside, those of any file. */
export function openRefusal(
  option: string,
  path: string,
  cause: unknown,
  reasons: Readonly<Record<string, string>> = {},
): UsageError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
  const why = reasons[code] ?? REASONS[code] ?? `cannot be opened (${code})`
  return new UsageError({ field: option, problem: `${shown(path)} ${why}`, cause })
}

/** A path as a message shows it. */
export const shown = (path: string): string => printable(withoutSecrets(path), 300)
