import { check, func, oneOf, optional, shape } from '../checks/index.js'
import { printable } from '../errors/index.js'
import { LOG_LEVELS, type Logger, type LogLevel } from './Logger.js'

export interface StderrLoggerOptions {
  /** The least that is said. Default `warn`. */
  readonly level?: LogLevel
  /** Takes each line, its end included. Default: the process's standard error. */
  readonly write?: (line: string) => void
}

const optionsShape = shape<StderrLoggerOptions>({ level: optional(oneOf(LOG_LEVELS)), write: optional(func) })

/** Longest line that is written; what comes from outside may be of any length. */
const LINE_LIMIT = 4_000

/**
 * Writes one line an entry for a person to read: `subnetkit warn: The message. (neuron alice, round 7)`. An error under
 * `err` or `error` follows with its stack. Characters that would move the cursor are escaped.
 *
 * @throws InvalidArgumentError for a level that does not exist.
 *
 * @example
 * ```ts
 * import { stderrLogger } from 'subnetkit/log'
 *
 * stderrLogger({ level: 'info' }).info({ block: 12 }, 'Served.') // subnetkit info: Served. (block 12)
 * ```
 */
export function stderrLogger(options: StderrLoggerOptions = {}): Logger {
  check('options', optionsShape, options)
  const least = LOG_LEVELS.indexOf(options.level ?? 'warn')
  const write = options.write ?? writeToStderr
  const at = (level: Exclude<LogLevel, 'silent'>) => {
    if (LOG_LEVELS.indexOf(level) < least) return () => {}
    return (fields: object, message: string): void => write(lineOf(level, fields, message))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function lineOf(level: string, fields: object, message: string): string {
  const error = Object.entries(fields).find(([name]) => name === 'err' || name === 'error')?.[1]
  const rest = Object.entries(fields).filter(([, value]) => value !== error && value !== undefined)
  const facts = rest.map(([name, value]) => `${name} ${factOf(value)}`).join(', ')
  const line = `subnetkit ${level}: ${message}${facts === '' ? '' : ` (${facts})`}`
  const stack = error instanceof Error ? `\n${error.stack ?? String(error)}` : ''
  return `${printable(line, LINE_LIMIT)}${printable(stack, LINE_LIMIT)}\n`
}

function factOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'object' && value !== null) {
    try {
      return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part))
    } catch {
      return '[object]'
    }
  }
  return String(value)
}

function writeToStderr(line: string): void {
  process.stderr.write(line)
}
