import { RemoteChain } from 'subnetkit/chain'
import { type KeyPair, keyPairFromUri } from 'subnetkit/crypto'
import { AbortedError, BaseError } from 'subnetkit/errors'

export interface Program {
  readonly role: 'miner' | 'validator' | 'buyer'
  /** One sentence for `--help`. */
  readonly does: string
  /** Secret URI of the account that pays unless another one is named. */
  readonly account: string
  /** What is derived from that account for the key that works; the role, unless another is named. */
  readonly key?: string
}

export interface Setting {
  readonly chain: RemoteChain
  readonly netuid: number
  /** Pays and owns. */
  readonly coldkey: KeyPair
  /** Works. */
  readonly hotkey: KeyPair
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly stop: AbortSignal
}

/** Runs a program with what the command line says, and ends it with one plain sentence when that cannot be. */
export async function runProgram(program: Program, run: (setting: Setting) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  try {
    const options = readOptions(program, process.argv.slice(2))
    if (options === 'help') return console.log(helpOf(program))
    stopOnSignals(stop)
    const chain = await RemoteChain.connect({ url: options.url, signal: stop.signal })
    try {
      await run({ ...options, chain, stop: stop.signal })
    } finally {
      await chain.close()
    }
  } catch (error) {
    // Stopped before it was ready.
    if (error instanceof AbortedError && stop.signal.aborted) return
    process.exitCode = error instanceof OptionError ? 2 : 1
    console.error(error instanceof BaseError || error instanceof OptionError ? plain(error) : error)
  }
}

/** The second Ctrl-C ends the process at once; the first one arrives twice when npm hands it on. */
function stopOnSignals(stop: AbortController): void {
  let firstAtMs = 0
  const onSignal = (): void => {
    if (stop.signal.aborted && Date.now() - firstAtMs > 500) process.exit(130)
    if (!stop.signal.aborted) firstAtMs = Date.now()
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}

class OptionError extends Error {}

function plain(error: Error): string {
  const hint =
    'code' in error && error.code === 'ChainConnection' ? ' Is `npx subnetkit localnet` running?' : ''
  return `${error.message}${hint}`
}

function helpOf({ role, does, account, key = role }: Program): string {
  return `${does}

Usage: npx tsx node_modules/subnetkit/examples/miner/${role}.ts [options]   where subnetkit is installed
       npm run example -- examples/miner/${role}.ts [options]              in a clone of it

Options:
  --url URL       the chain node (ws://127.0.0.1:9944)
  --netuid N      number of the subnet (1)
  --coldkey URI   secret URI of the account that pays and owns (${account})
  --hotkey URI    secret URI of the key that works (the coldkey's, then //${key})
  --help          print this

Ctrl-C stops it; a second one does so at once.`
}

function readOptions({ role, account, key = role }: Program, args: readonly string[]) {
  const given: Record<string, string> = {
    url: 'ws://127.0.0.1:9944',
    netuid: '1',
    coldkey: account,
    hotkey: '',
  }
  for (let at = 0; at < args.length; at++) {
    const [, name = '', inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(args[at]!) ?? []
    if (name === 'help' || args[at] === '-h') return 'help'
    if (!Object.hasOwn(given, name)) throw new OptionError(`Unknown option ${args[at]}; see --help.`)
    const value = inline ?? args[++at]
    if (value === undefined || (inline === undefined && value.startsWith('--')))
      throw new OptionError(`--${name} needs a value; see --help.`)
    given[name] = value
  }
  const { url, netuid, coldkey, hotkey } = given as Record<'url' | 'netuid' | 'coldkey' | 'hotkey', string>
  if (!/^\d{1,5}$/.test(netuid) || Number(netuid) > 65_535)
    throw new OptionError(`--netuid needs a whole number from 0 to 65535, not ${JSON.stringify(netuid)}.`)
  if (!/^wss?:\/\/[^/]/.test(url))
    throw new OptionError(`--url needs an address such as ws://127.0.0.1:9944.`)
  return {
    url,
    netuid: Number(netuid),
    coldkey: keyOf('--coldkey', coldkey),
    hotkey: keyOf('--hotkey', hotkey === '' ? `${coldkey}//${key}` : hotkey),
  }
}

function keyOf(option: string, uri: string): KeyPair {
  try {
    return keyPairFromUri(uri)
  } catch (cause) {
    const why = cause instanceof BaseError ? cause.message : 'It cannot be read.'
    throw new OptionError(`${option} needs a secret URI such as //Bob. ${why}`)
  }
}
