import { nearest } from '../checks/index.js'
import {
  InvalidAddressError,
  InvalidMnemonicError,
  InvalidSecretUriError,
  SoftDerivationError,
} from '../crypto/index.js'
import { BaseError, InvalidArgumentError, printable } from '../errors/index.js'
import { RoundRecordError } from '../mechanism/index.js'
import { InvalidWalletNameError, KeyFileNotFoundError } from '../wallet/index.js'
import { doctorCommand } from './doctorCommand.js'
import { epochCommand } from './epochCommand.js'
import { MalformedEpochFileError } from './exactJson.js'
import { hyperparametersCommand } from './hyperparametersCommand.js'
import type { CliIo } from './io.js'
import { keysCommand } from './keysCommand.js'
import { localnetCommand } from './localnetCommand.js'
import { newCommand } from './newCommand.js'
import { OutputError } from './OutputError.js'
import { replayCommand } from './replayCommand.js'
import { simulateCommand } from './simulateCommand.js'
import { synapseCommand } from './synapseCommand.js'
import { UsageError } from './UsageError.js'
import { packageVersion } from './version.js'

/** A command: its arguments after its own name; the exit code. */
type Command = (argv: readonly string[], io: CliIo) => Promise<number>

const commands: Readonly<Record<string, Command>> = {
  new: newCommand,
  localnet: localnetCommand,
  simulate: simulateCommand,
  hyperparameters: hyperparametersCommand,
  doctor: doctorCommand,
  synapse: synapseCommand,
  keys: keysCommand,
  epoch: epochCommand,
  replay: replayCommand,
}

/** What the person at the keyboard gave cannot be used; everything else is a failure of another kind. */
const badInput = [
  UsageError,
  InvalidArgumentError,
  MalformedEpochFileError,
  RoundRecordError,
  InvalidAddressError,
  InvalidMnemonicError,
  InvalidSecretUriError,
  InvalidWalletNameError,
  KeyFileNotFoundError,
  SoftDerivationError,
]

const HELP = `subnetkit: incentive networks on your own machine

Usage: subnetkit COMMAND [options]

Commands:
  new FOLDER           make a project for a subnet of your own: rules, a miner, a validator, tests
  localnet             run a chain on this machine, whose accounts have money, until Ctrl-C
  simulate             see what pay and prices come to: the ledger of a whole network, a year of it in minutes
  hyperparameters      list the settings of a subnet that localnet --set and simulate --set take
  synapse FILE         print your synapses, the messages to miners, as classes of the Python SDK
  doctor HOST:PORT     look at an axon, the server of a miner: protocols, identity, limits, latency, announced address
  keys new             make a key: its mnemonic, public key and address
  keys inspect TARGET  show what a mnemonic, secret URI, address or key file holds
  replay FILE          judge a recorded round again, by the mechanism that played it
  epoch FILE           compute what consensus makes of stake and weights in a file; - reads standard input

Examples:
  subnetkit new my-subnet        # a project that installs, passes its tests and runs
  subnetkit localnet             # then, in other terminals, miners and validators: docs/your-own-subnet.md
  subnetkit simulate --blocks 216000 --chart month.html
  subnetkit doctor --help

Options:
  --help, -h           print this; after a command, what that command does
  --version, -v        print the version

Exit codes: 0 done, 1 failed, 2 bad arguments or input; 3 when doctor could not prove which hotkey answers,
or a replay differs from its record;
130 when new, simulate or doctor was stopped by Ctrl-C.
Pages that are named here, such as docs/your-own-subnet.md, lie in the package: node_modules/subnetkit/docs.
`

/** Far longer than any sentence of ours: a name from the command line may be of any length. */
const LINE_LIMIT = 1_000

/**
 * Runs one command line.
 *
 * @returns the exit code: 0, 1 for a failure, 2 for arguments or input that cannot be used (one line on
 *   standard error names the field).
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await runCommand(argv, io)
  } catch (error) {
    if (error instanceof OutputError && error.isReaderGone) return 0
    io.err(`subnetkit: ${describe(error)}\n`)
    return badInput.some((kind) => error instanceof kind) ? 2 : 1
  }
}

async function runCommand([name, ...rest]: readonly string[], io: CliIo): Promise<number> {
  const [about] = rest
  if (name === 'help' && about !== undefined) return runCommand([about, '--help'], io)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(HELP)
    return 0
  }
  if (name === '--version' || name === '-v') {
    io.out(`${packageVersion()}\n`)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw unknown(name)
  return command(rest, io)
}

function unknown(name: string): UsageError {
  const isOption = name.startsWith('-')
  const like = nearest([...Object.keys(commands), '--help', '--version'], name)
  const hint = like === undefined ? 'see --help' : `did you mean ${like}?`
  return new UsageError({ field: name, problem: `unknown ${isOption ? 'option' : 'command'}; ${hint}` })
}

/** One line for what was foreseen; for a defect its stack, which helps whoever reports it. */
function describe(error: unknown): string {
  if (error instanceof BaseError) return oneLine(error.message)
  if (!(error instanceof Error)) return oneLine(String(error))
  // The system refused something, such as to open a file; its message says what.
  if ('syscall' in error) return oneLine(error.message)
  return error.stack ?? error.message
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s*\n\s*/g, ' '), LINE_LIMIT)
}
