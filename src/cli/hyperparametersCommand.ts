import { describeHyperparameters } from '../ledger/index.js'
import type { CliIo } from './io.js'
import { describeOptions, type OptionSpecs, parseOptions } from './options.js'

const options: OptionSpecs = { help: { type: 'boolean', help: 'print this' } }

const HELP = `subnetkit hyperparameters: list what --set of subnetkit localnet and simulate takes

Usage: subnetkit hyperparameters

Options:
${describeOptions(options)}`

/** Runs `subnetkit hyperparameters`: every hyperparameter, with the default of the reference chain. */
export async function hyperparametersCommand(argv: readonly string[], io: CliIo): Promise<number> {
  if (parseOptions(argv, options, 0).flag('help')) io.out(`${HELP}\n`)
  const rows = describeHyperparameters().map(({ name, reference, says }) => ({
    left: `${name}=${reference}`,
    says,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length))
  io.out('Hyperparameters of a subnet, with what the reference chain starts them with:\n')
  for (const { left, says } of rows) io.out(`  ${left.padEnd(width)}  ${says.replaceAll('`', '')}\n`)
  return 0
}
