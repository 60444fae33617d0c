import { FileLock } from '../files/index.js'
import { openRefusal, shown } from './openRefusal.js'
import { UsageError } from './UsageError.js'

/** Where the run lies whose frames are in a file. */
export const statePathOf = (path: string): string => `${path}.state`

/**
 * Takes a run, and the files of its name, for this process.
 *
 * @param option - by which the file was named.
 * @throws UsageError while another process has it, or where nothing can be written beside it.
 */
export async function lockRun(option: string, path: string): Promise<FileLock> {
  const lock = `${path}.lock`
  try {
    return await FileLock.take(lock, (holder) => {
      const problem = `the run of ${shown(path)} is going on: ${holder} holds ${shown(lock)}; wait for it, or end it first`
      return new UsageError({ field: option, problem })
    })
  } catch (cause) {
    throw cause instanceof UsageError ? cause : openRefusal(option, lock, cause)
  }
}
