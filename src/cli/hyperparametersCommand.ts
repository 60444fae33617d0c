import { localnetPreset } from '../chain/index.js'
import { describeHyperparameters } from '../ledger/index.js'
import type { CliIo } from './io.js'
import { describeOptions, type OptionSpecs, parseOptions } from './options.js'

const options: OptionSpecs = { help: { type: 'boolean', help: 'print this' } }

const HELP = `subnetkit hyperparameters: list what --set of subnetkit localnet and simulate takes

Usage: subnetkit hyperparameters

A hyperparameter is a setting of a subnet, which its owner may change while the chain runs. tempoBlocks is --tempo for simulate.

Examples:
  subnetkit hyperparameters
  subnetkit localnet --set immunityPeriodBlocks=100

Options:
${describeOptions(options)}`

/** Runs `subnetkit hyperparameters`: every hyperparameter, with what subnets of a localnet and of the reference chain start with. */
export async function hyperparametersCommand(argv: readonly string[], io: CliIo): Promise<number> {
  if (parseOptions(argv, options, 0).flag('help')) io.out(`${HELP}\n`)
  const { hyperparameters: local } = localnetPreset().config
  const rows = describeHyperparameters().map(({ name, reference, says }) => [
    name,
    String(local[name]),
    local[name] === reference ? '' : String(reference),
    says.replaceAll('`', ''),
  ])
  io.out(
    'Hyperparameters of a subnet, with what a localnet starts them with, and what the reference chain does where that differs:\n',
  )
  for (const line of inColumns([['NAME', 'LOCALNET', 'REFERENCE', 'WHAT IT DECIDES'], ...rows]))
    io.out(`  ${line}\n`)
  return 0
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
