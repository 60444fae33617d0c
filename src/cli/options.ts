import { parseArgs } from 'node:util'
import { check, nearest, wholeNumber } from '../checks/index.js'
import { BaseError, InvalidArgumentError, printable, withoutSecrets } from '../errors/index.js'
import { UsageError } from './UsageError.js'

/** One option of a command: its kind and what `--help` says of it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** Name of the value in `--help`, such as `MS`. */
  readonly value?: string
  readonly help: string
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export interface ParsedOptions {
  readonly text: (name: string) => string | undefined
  readonly texts: (name: string) => readonly string[]
  readonly flag: (name: string) => boolean
  /** A whole number within bounds, or `fallback` when the option is absent. */
  readonly integer: (name: string, bounds: { min: number; max: number; fallback: number }) => number
  readonly positionals: readonly string[]
}

/**
 * Reads a command's arguments; `-h` stands for `--help`, and where that is asked for nothing else is looked at.
 *
 * @throws UsageError for an unknown option, a missing or unexpected value, an option given twice, and too many arguments.
 */
export function parseOptions(
  argv: readonly string[],
  specs: OptionSpecs,
  maxPositionals: number,
): ParsedOptions {
  const { values, positionals } = isHelpAsked(argv, specs)
    ? { values: new Map([['help', ['']]]), positionals: [] }
    : readTokens(argv, specs)
  const [extra] = positionals.slice(maxPositionals)
  if (extra !== undefined) throw new UsageError({ field: extra, problem: 'unexpected argument' })
  const text = (name: string): string | undefined => values.get(name)?.[0]
  return {
    text,
    texts: (name) => values.get(name) ?? [],
    flag: (name) => values.has(name),
    integer(name, { min, max, fallback }) {
      const given = text(name)
      if (given === undefined) return fallback
      const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN
      checkOption(name, given, () => check(name, wholeNumber({ min, max }), number))
      return number
    },
    positionals,
  }
}

/**
 * What an option is handed on to may refuse it under a name of its own: the person is told the option, what was given and the
 * remedy.
 *
 * @param given - shown to the person; `undefined` for what may be secret.
 * @throws UsageError where `use` throws one of this library's errors.
 */
export function checkOption<T>(name: string, given: string | undefined, use: () => T): T {
  try {
    return use()
  } catch (cause) {
    if (!(cause instanceof BaseError)) throw cause
    const remedy = cause.hints[0] ?? ''
    const why = cause instanceof InvalidArgumentError ? remedy : cause.shortMessage
    const problem = `${why.charAt(0).toLowerCase()}${why.slice(1)}`.replace(/\.$/, '')
    throw new UsageError({ field: `--${name}`, problem: `${problem}${restOf(why, remedy, given)}`, cause })
  }
}

/** What was given, or the remedy where that has been said. */
function restOf(why: string, remedy: string, given: string | undefined): string {
  if (given === undefined) return ''
  return why.includes(quoted(given)) ? `. ${remedy}`.replace(/\.? *$/, '') : `, not ${quoted(given)}`
}

function quoted(text: string): string {
  return JSON.stringify(printable(withoutSecrets(text), 80))
}

function isHelpAsked(argv: readonly string[], specs: OptionSpecs): boolean {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  return 'help' in specs && (options.includes('--help') || options.includes('-h'))
}

function readTokens(argv: readonly string[], specs: OptionSpecs) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [name, { type, multiple: true }]),
  )
  // Loosely, since what is wrong is said in words of our own.
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { rawName, value } = token
    const name = rawName.slice(2)
    const spec = rawName.startsWith('--') && Object.hasOwn(specs, name) ? specs[name] : undefined
    if (spec === undefined) throw unknownOption(rawName, specs)
    const earlier = values.get(name) ?? []
    if (earlier.length > 0 && spec.multiple !== true)
      throw new UsageError({ field: rawName, problem: 'it is given twice' })
    values.set(name, [...earlier, valueFor(spec, rawName, value, token.inlineValue === true)])
  }
  return { values, positionals }
}

function valueFor(spec: OptionSpec, rawName: string, value: string | undefined, isInline: boolean): string {
  if (spec.type === 'boolean') {
    if (value !== undefined) throw new UsageError({ field: rawName, problem: 'it takes no value' })
    return ''
  }
  // A number below zero is a value, whatever is said of it later; another word with a dash is the next option.
  const isNextOption = !isInline && value !== undefined && /^-(-|[^\d.])/.test(value)
  if (value !== undefined && !isNextOption) return value
  const example = `${rawName} ${spec.value ?? 'VALUE'}`
  const hint = isNextOption
    ? `; if ${quoted(value)} is meant, write ${rawName}=${printable(withoutSecrets(value), 80)}`
    : ''
  throw new UsageError({ field: rawName, problem: `it needs a value: ${example}${hint}` })
}

function unknownOption(rawName: string, specs: OptionSpecs): UsageError {
  const names = Object.keys(specs)
  const like = nearest(names, rawName.replace(/^-+/, ''))
  const hint = like === undefined ? 'see --help' : `did you mean --${like}?`
  return new UsageError({ field: rawName, problem: `unknown option; ${hint}` })
}

/** The option lines of a command's `--help`, aligned. */
export function describeOptions(specs: OptionSpecs): string {
  const rows = Object.entries(specs).map(([name, { value, help }]) => ({
    left: `  --${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length))
  return rows.map(({ left, help }) => `${left.padEnd(width)}  ${help}\n`).join('')
}
