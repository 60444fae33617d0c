import { systemClock } from '../clock/index.js'
import { type KeyPair, keyPairFromUri, parseAddress } from '../crypto/index.js'
import { packValue, UnencodableMessageError } from '../synapse/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { loadKeyFile, openWallet } from '../wallet/index.js'
import type { NodePlace } from './doctor/announced.js'
import { DoctorReport, type Verdict } from './doctor/DoctorReport.js'
import { type ProbeSynapse, synapseNamed } from './doctor/probeSynapse.js'
import { type DoctorOptions, runDoctor } from './doctor/runDoctor.js'
import { doctorTarget } from './doctor/target.js'
import { inspectTarget } from './inspectTarget.js'
import type { CliIo } from './io.js'
import { derivationNotes, type KeysIo, notesOf, passwordFor } from './keysIo.js'
import {
  checkOption,
  describeOptions,
  type OptionSpecs,
  type ParsedOptions,
  parseOptions,
} from './options.js'
import { UsageError } from './UsageError.js'

const options: OptionSpecs = {
  hotkey: { type: 'string', value: 'ADDRESS', help: 'the hotkey that the axon is to prove (that of --key)' },
  key: {
    type: 'string',
    value: 'KEY',
    help: 'who calls: a key file, a secret URI such as //Bob//miner, or - to be asked for one (a fresh key)',
  },
  wallet: { type: 'string', value: 'NAME', help: 'who calls: a hotkey of this wallet' },
  'wallet-hotkey': { type: 'string', value: 'NAME', help: 'its name in the wallet (default)' },
  'password-from-env': { type: 'boolean', help: 'take a password from the environment instead of asking' },
  node: { type: 'string', value: 'URL', help: 'a chain node: compare with the address that the chain shows' },
  netuid: { type: 'string', value: 'NUMBER', help: 'the subnet in which the axon serves; with --node' },
  synapse: { type: 'string', value: 'NAME', help: 'measure calls of this synapse instead of handshakes' },
  body: { type: 'string', value: 'JSON', help: 'what it is asked (null)' },
  calls: { type: 'string', value: 'COUNT', help: 'calls, or at most 50 handshakes, to measure (20)' },
  'timeout-ms': { type: 'string', value: 'MS', help: 'how long one look may take (5000)' },
  json: { type: 'boolean', help: 'print one JSON object in place of lines' },
  help: { type: 'boolean', help: 'print this' },
}

const HELP = `subnetkit doctor: look at an axon of yours and say what is well and what is not

Usage: subnetkit doctor HOST:PORT [options]
       subnetkit doctor ws://HOST:PORT [options]

Examples:
  subnetkit doctor 127.0.0.1:8091
  subnetkit doctor 203.0.113.7:8091 --hotkey 5F3s... --node ws://127.0.0.1:9944 --netuid 1
  subnetkit doctor 127.0.0.1:8091 --wallet mine --wallet-hotkey miner-1 --json

Options, in brackets what holds without one:
${describeOptions(options)}
It looks at: reach (each address of the name), protocols, identity (the hotkey is proven), forgery (a caller that
claims another's hotkey is refused), announced (what the chain shows), clock and latency. With the axon's own key
it also looks at replay, frame size, connections of one caller, and many calls at once. These take places and
memory of the axon for some seconds, so they are never tried on an axon whose key is not given.

Exit codes: 0 nothing failed, 1 a look failed, 2 bad arguments, 3 nothing failed in what could be looked at, but
which hotkey answers was not proven: none was given, or the axon speaks no session; 130 stopped by Ctrl-C.
`

const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  ok: 0,
  warning: 0,
  failed: 1,
  partial: 3,
  stopped: 130,
}

/** Runs `subnetkit doctor TARGET`. */
export async function doctorCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const parsed = parseOptions(argv, options, 1)
  if (parsed.flag('help')) {
    io.out(HELP)
    return 0
  }
  const [target] = parsed.positionals
  if (target === undefined)
    throw new UsageError({ field: 'TARGET', problem: 'name an axon, such as 127.0.0.1:8091' })
  const address = doctorTarget(target)
  const settings: DoctorOptions = {
    address,
    hotkey: hotkeyOf(parsed),
    node: nodeOf(parsed),
    synapse: synapseOf(parsed),
    calls: parsed.integer('calls', { min: 1, max: 1_000, fallback: 20 }),
    timeoutMs: parsed.integer('timeout-ms', { min: 100, max: 60_000, fallback: 5_000 }),
    key: await keyOf(parsed, io),
  }
  const isHotkeyKnown = settings.hotkey !== undefined || settings.key !== undefined
  const report = new DoctorReport(io, { address, isJson: parsed.flag('json'), isHotkeyKnown })
  const signal = io.catchSignals()
  const services = {
    clock: systemClock,
    signal,
    tell: (finding: Parameters<DoctorReport['tell']>[0]) => report.tell(finding),
    progress: (text: string) => report.progress(text),
  }
  const findings = await runDoctor(settings, services)
  return EXIT_CODES[report.end(findings, signal.aborted)]
}

function hotkeyOf(parsed: ParsedOptions): Hotkey | undefined {
  const given = parsed.text('hotkey')
  return given === undefined ? undefined : checkOption('hotkey', given, () => asHotkey(parseAddress(given)))
}

function nodeOf(parsed: ParsedOptions): NodePlace | undefined {
  const url = parsed.text('node')
  const netuid = parsed.text('netuid')
  if (url === undefined && netuid === undefined) return undefined
  if (url === undefined) throw new UsageError({ field: '--netuid', problem: 'it goes with --node URL' })
  if (netuid === undefined)
    throw new UsageError({ field: '--node', problem: 'name the subnet too: --netuid NUMBER' })
  if (!/^ws:\/\/[^/?#]+:\d{1,5}\/?$/.test(url) || !URL.canParse(url))
    throw new UsageError({ field: '--node', problem: 'write ws://HOST:PORT, such as ws://127.0.0.1:9944' })
  return { url, netuid: parsed.integer('netuid', { min: 0, max: 65_535, fallback: 0 }) }
}

function synapseOf(parsed: ParsedOptions): ProbeSynapse | undefined {
  const name = parsed.text('synapse')
  const body = parsed.text('body')
  if (name === undefined) {
    if (body !== undefined) throw new UsageError({ field: '--body', problem: 'it goes with --synapse NAME' })
    return undefined
  }
  checkOption('synapse', name, () => synapseNamed(name))
  try {
    const value = body === undefined ? null : (JSON.parse(body) as unknown)
    packValue(value)
    return { name, body: value }
  } catch (cause) {
    if (cause instanceof UnencodableMessageError)
      throw new UsageError({ field: '--body', problem: cause.shortMessage, cause })
    throw new UsageError({
      field: '--body',
      problem: `it is no JSON; text has quotes: --body '"hello"'`,
      cause,
    })
  }
}

async function keyOf(parsed: ParsedOptions, io: CliIo): Promise<KeyPair | undefined> {
  const key = parsed.text('key')
  const wallet = parsed.text('wallet')
  const name = parsed.text('wallet-hotkey')
  if (key !== undefined && wallet !== undefined)
    throw new UsageError({ field: '--key', problem: 'there is a --wallet too: pass one of them' })
  if (name !== undefined && wallet === undefined)
    throw new UsageError({ field: '--wallet-hotkey', problem: 'it goes with --wallet NAME' })
  const keys: KeysIo = {
    write: (line) => io.err(`${line}\n`),
    note: (line) => io.err(`${line}\n`),
    askSecret: io.askSecret,
    environment: io.env,
  }
  const fromEnvironment = parsed.flag('password-from-env')
  if (wallet !== undefined) {
    const opened = openWallet({
      name: wallet,
      environment: io.env,
      ...(name === undefined ? {} : { hotkey: name }),
    })
    return await keyIn(opened.paths.hotkey(opened.hotkeyName), fromEnvironment, keys)
  }
  if (key === undefined) return undefined
  if (key === '-') return keyPairFromUri(await io.askSecret('Secret URI: '))
  const what = await inspectTarget(key, io.env, '--key')
  if (what.kind === 'secret URI') return keyPairFromUri(key)
  if (what.kind === 'file') return await keyIn(key, fromEnvironment, keys)
  throw new UsageError({
    field: '--key',
    problem: 'it is public: name a key file or a secret URI, or use --hotkey',
  })
}

async function keyIn(path: string, fromEnvironment: boolean, io: KeysIo): Promise<KeyPair> {
  const { keyPair } = await loadKeyFile(path, {
    password: () => passwordFor(path, fromEnvironment, io),
    ...derivationNotes(io),
    logger: notesOf(io),
  })
  if (keyPair !== undefined) return keyPair
  throw new UsageError({
    field: '--key',
    problem: 'the file holds an address only: name one with a secret key',
  })
}
