import { parseArgs } from 'node:util'
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
 * Reads a command's arguments.
 *
 * @throws UsageError for an unknown option, a missing or unexpected value, and too many arguments.
 */
export function parseOptions(
  argv: readonly string[],
  specs: OptionSpecs,
  maxPositionals: number,
): ParsedOptions {
  const { values, positionals } = parseLoosely(argv, specs)
  if (positionals.length > maxPositionals) {
    throw new UsageError({ field: positionals[maxPositionals]!, problem: 'unexpected argument' })
  }
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    text,
    texts: (name) => [values[name] ?? []].flat().filter((value) => typeof value === 'string'),
    flag: (name) => values[name] === true,
    integer(name, { min, max, fallback }) {
      const given = text(name)
      if (given === undefined) return fallback
      const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN
      if (number >= min && number <= max) return number
      throw new UsageError({ field: `--${name}`, problem: `pass a whole number from ${min} to ${max}` })
    },
    positionals,
  }
}

function parseLoosely(argv: readonly string[], specs: OptionSpecs) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
  )
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const field = /'(-[^' ]*)/.exec(message)?.[1] ?? 'arguments'
    throw new UsageError({ field, problem: message.split(/\.\s|\n/)[0]!, cause })
  }
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
