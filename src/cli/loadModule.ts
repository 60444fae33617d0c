import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { wordsOfThrown } from '../errors/index.js'
import { UsageError } from './UsageError.js'

/** Whether Node says that it cannot read TypeScript; newer versions read most of it. */
function needsTsx(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ERR_UNKNOWN_FILE_EXTENSION' || code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
}

/**
 * What a module of the user's exports; it is run for that.
 *
 * @param command - the command line that loads it where it is in TypeScript.
 * @throws UsageError naming the file, for one that cannot be loaded.
 */
export async function loadModule(file: string, command: string): Promise<object> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as object
  } catch (cause) {
    const withTsx = `. A module in TypeScript is loaded with tsx: NODE_OPTIONS="--import tsx" npx subnetkit ${command}`
    const problem = `it cannot be loaded: ${wordsOfThrown(cause)}${needsTsx(cause) ? withTsx : ''}`
    throw new UsageError({ field: file, problem, cause })
  }
}
