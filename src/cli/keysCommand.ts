import { nearest } from '../checks/index.js'
import type { KeyScheme } from '../crypto/index.js'
import type { CliIo } from './io.js'
import { keysInspect } from './keysInspect.js'
import type { KeysIo } from './keysIo.js'
import { type KeysNewOptions, keysNew } from './keysNew.js'
import { describeOptions, type OptionSpecs, type ParsedOptions, parseOptions } from './options.js'
import { UsageError } from './UsageError.js'

const common: OptionSpecs = {
  scheme: { type: 'string', value: 'NAME', help: 'sr25519 or ed25519 (sr25519)' },
  'password-from-env': { type: 'boolean', help: 'take a password from the environment instead of asking' },
  help: { type: 'boolean', help: 'print this' },
}

const newOptions: OptionSpecs = {
  words: { type: 'string', value: 'COUNT', help: 'length of the mnemonic: 12, 15, 18, 21 or 24 (12)' },
  wallet: {
    type: 'string',
    value: 'NAME',
    help: 'write the key into this wallet, with --hotkey NAME or --coldkey',
  },
  hotkey: { type: 'string', value: 'NAME', help: 'write it as the hotkey of this name' },
  coldkey: { type: 'boolean', help: 'write it as the coldkey, with a password' },
  root: { type: 'string', value: 'FOLDER', help: 'folder of the wallets (~/.bittensor/wallets)' },
  unencrypted: { type: 'boolean', help: 'store a coldkey without a password' },
  overwrite: { type: 'boolean', help: 'replace key files that exist' },
  ...common,
}

const inspectOptions: OptionSpecs = {
  'show-secret': { type: 'boolean', help: 'print seed and secret key too' },
  ...common,
}

const HELP = `subnetkit keys: make and look at keys

Usage: subnetkit keys new [options]
       subnetkit keys inspect TARGET [options]

keys new prints the address, the public key and the mnemonic of a fresh key, and can write it into a wallet. A wallet is a folder
with one coldkey, which owns the money, and hotkeys, with which neurons work.

Examples:
  subnetkit keys new
  subnetkit keys new --wallet mine --coldkey
  subnetkit keys new --wallet mine --hotkey miner-1
  subnetkit keys inspect //Alice

Options of keys new:
${describeOptions(newOptions)}
keys inspect says what TARGET is: an address, a public key in hexadecimal, a key file or an export of a browser
wallet, a mnemonic or a secret URI such as //Alice; - asks for a secret without showing it, and takes those that
begin with a single / as well. Secrets are printed only with --show-secret.

Options of keys inspect:
${describeOptions(inspectOptions)}
With --password-from-env the password of a key file is taken from the first of these variables that is set:
  BT_PW_ and the path of the file in capitals, / and . as _ (BT_PW__W_MINE_COLDKEY for /w/mine/coldkey), hidden
                            as the Python wallet hides it (obfuscatePassword in subnetkit/wallet)
  BT_WALLET_PASSWORD        the password itself
  BT_WALLET_PASSWORD_FILE   a file that holds it
The folder of the wallets comes from BT_WALLET_PATH unless --root is given. A leading ~ is the home
folder in every path.
`

/** As many words as a mnemonic can have, each an argument by itself, and some to be told that they are too many. */
const MAX_WORDS = 40

/** Runs `subnetkit keys new` and `subnetkit keys inspect`. */
export async function keysCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const [action, ...rest] = argv
  if (action === undefined || action === '--help' || action === '-h') {
    io.out(HELP)
    return 0
  }
  if (action !== 'new' && action !== 'inspect') {
    const like = nearest(['new', 'inspect'], action)
    const hint = like === undefined ? 'keys new and keys inspect exist' : `did you mean keys ${like}?`
    throw new UsageError({ field: action, problem: `unknown action; ${hint}` })
  }
  const parsed =
    action === 'new' ? parseOptions(rest, newOptions, 0) : parseOptions(rest, inspectOptions, MAX_WORDS)
  if (parsed.flag('help')) {
    io.out(HELP)
    return 0
  }
  if (action === 'new') await keysNew(newRequest(parsed), keysIo(io))
  else await keysInspect(inspectRequest(parsed), keysIo(io))
  return 0
}

function newRequest(parsed: ParsedOptions): KeysNewOptions {
  return {
    ...schemeOf(parsed),
    words: parsed.integer('words', { min: 12, max: 24, fallback: 12 }),
    ...textOption(parsed, 'wallet'),
    ...textOption(parsed, 'hotkey'),
    ...textOption(parsed, 'root'),
    coldkey: parsed.flag('coldkey'),
    unencrypted: parsed.flag('unencrypted'),
    overwrite: parsed.flag('overwrite'),
    passwordFromEnvironment: parsed.flag('password-from-env'),
  }
}

function inspectRequest(parsed: ParsedOptions) {
  // A mnemonic typed without quotes arrives word by word.
  const target = parsed.positionals.join(' ')
  if (target === '') throw new UsageError({ field: 'TARGET', problem: 'name what to inspect' })
  return {
    target,
    ...schemeOf(parsed),
    showSecret: parsed.flag('show-secret'),
    passwordFromEnvironment: parsed.flag('password-from-env'),
  }
}

function schemeOf(parsed: ParsedOptions): { scheme?: KeyScheme } {
  const scheme = parsed.text('scheme')
  if (scheme === undefined) return {}
  if (scheme === 'sr25519' || scheme === 'ed25519') return { scheme }
  throw new UsageError({ field: '--scheme', problem: 'choose sr25519 or ed25519' })
}

function textOption<N extends string>(parsed: ParsedOptions, name: N): { [name in N]?: string } {
  const value = parsed.text(name)
  return (value === undefined ? {} : { [name]: value }) as { [name in N]?: string }
}

function keysIo(io: CliIo): KeysIo {
  return {
    write: (line) => io.out(`${line}\n`),
    note: (line) => io.err(`${line}\n`),
    askSecret: (question) => io.askSecret(question),
    environment: io.env,
  }
}
