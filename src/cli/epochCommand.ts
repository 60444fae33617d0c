import { EPOCH_EXAMPLE } from './epochExample.js'
import { runEpochCommand } from './epochFile.js'
import { fileBytes } from './fileBytes.js'
import type { CliIo } from './io.js'
import { describeOptions, type OptionSpecs, parseOptions } from './options.js'
import { UsageError } from './UsageError.js'

const options: OptionSpecs = {
  example: { type: 'boolean', help: 'print a file to begin with: two validators and two miners' },
  help: { type: 'boolean', help: 'print this' },
}

/** More than the weights and bonds of the largest subnet that is computed. */
const MAX_BYTES = 128 * 2 ** 20

const HELP = `subnetkit epoch: compute consensus epochs from a file

Usage: subnetkit epoch FILE
       subnetkit epoch -
       subnetkit epoch --example > FILE

An epoch turns the weights of all validators, each counting by its stake, into shares of pay.

Examples:
  subnetkit epoch --example > epoch.json
  subnetkit epoch epoch.json

FILE is JSON: { "steps": [ { "input": { ... } }, ... ] }; - reads standard input. docs/epoch-file.md explains every
field, all of which are required, and --example prints a file to begin with. Prints a JSON array with one object per
step, each computed from its own input. Integers beyond 2^53 are decimal strings, in the file and in the result.
Malformed input exits with 2 and names the field.

Options:
${describeOptions(options)}`

/** Runs `subnetkit epoch FILE`, or prints a file to begin with. */
export async function epochCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const parsed = parseOptions(argv, options, 1)
  if (parsed.flag('help')) {
    io.out(HELP)
    return 0
  }
  const [path] = parsed.positionals
  if (parsed.flag('example')) {
    if (path !== undefined)
      throw new UsageError({ field: 'FILE', problem: 'leave it out: --example prints a file and reads none' })
    io.out(EPOCH_EXAMPLE)
    return 0
  }
  if (path === undefined) {
    const problem = 'name a file, or - for standard input; subnetkit epoch --example prints one to begin with'
    throw new UsageError({ field: 'FILE', problem })
  }
  io.out(
    runEpochCommand(textOf(path === '-' ? await io.readInput(MAX_BYTES) : await fileBytes(path, MAX_BYTES))),
  )
  return 0
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new UsageError({ field: 'FILE', problem: 'it is not UTF-8 text', cause })
  }
}
