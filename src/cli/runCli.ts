import {
  InvalidAddressError,
  InvalidMnemonicError,
  InvalidSecretUriError,
  SoftDerivationError,
} from '../crypto/index.js'
import { BaseError, InvalidArgumentError } from '../errors/index.js'
import { InvalidWalletNameError } from '../wallet/index.js'
import { epochCommand } from './epochCommand.js'
import { MalformedEpochFileError } from './exactJson.js'
import type { CliIo } from './io.js'
import { keysCommand } from './keysCommand.js'
import { localnetCommand } from './localnetCommand.js'
import { UsageError } from './UsageError.js'

/** A command: its arguments after its own name; the exit code. */
type Command = (argv: readonly string[], io: CliIo) => Promise<number>

const commands: Readonly<Record<string, Command>> = {
  localnet: localnetCommand,
  keys: keysCommand,
  epoch: epochCommand,
}

/** What the person at the keyboard gave cannot be used; everything else is a failure of another kind. */
const badInput = [
  UsageError,
  InvalidArgumentError,
  MalformedEpochFileError,
  InvalidAddressError,
  InvalidMnemonicError,
  InvalidSecretUriError,
  InvalidWalletNameError,
  SoftDerivationError,
]

const HELP = `subnetkit: incentive networks on your own machine

Usage: subnetkit COMMAND [options]

Commands:
  localnet             run a chain node with endowed accounts until Ctrl-C
  keys new             make a key: its mnemonic, public key and address
  keys inspect         show what a mnemonic, secret URI, address or key file holds
  epoch FILE           compute consensus epochs from a file; - reads standard input

Every command explains itself with --help. Exit codes: 0 done, 1 failed, 2 bad arguments or input.
`

/**
 * Runs one command line.
 *
 * @returns the exit code: 0, 1 for a failure, 2 for arguments or input that cannot be used (one line on
 *   standard error names the field).
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(HELP)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    if (command === undefined) throw new UsageError({ field: name, problem: 'unknown command; see --help' })
    return await command(rest, io)
  } catch (error) {
    io.err(`subnetkit: ${oneLine(error)}\n`)
    return badInput.some((kind) => error instanceof kind) ? 2 : 1
  }
}

function oneLine(error: unknown): string {
  const text = error instanceof BaseError ? error.message : describeDefect(error)
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

/** An error that is not ours: its stack helps whoever reports it. */
function describeDefect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
