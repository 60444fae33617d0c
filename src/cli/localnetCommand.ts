import { ChainNode, LOCALNET_ACCOUNTS, LocalChain, localnetPreset, type Preset } from '../chain/index.js'
import { check, origin, text } from '../checks/index.js'
import { AbortedError, InvalidArgumentError } from '../errors/index.js'
import type { Hyperparameters } from '../ledger/index.js'
import { Monitor, MonitorServer } from '../monitor/index.js'
import { ListenError } from '../transport/index.js'
import { hyperparametersFrom } from './hyperparameterOption.js'
import type { CliIo } from './io.js'
import { introduce, reportBlocks } from './localnetReport.js'
import { type LocalAccount, localAccounts, openSubnets } from './localnetSetup.js'
import {
  checkOption,
  describeOptions,
  type OptionSpecs,
  type ParsedOptions,
  parseOptions,
} from './options.js'
import { UsageError } from './UsageError.js'

const options: OptionSpecs = {
  port: { type: 'string', value: 'PORT', help: 'port to listen on at 127.0.0.1; 0 picks a free one (9944)' },
  'block-ms': {
    type: 'string',
    value: 'MS',
    help: 'milliseconds between blocks; 0: as fast as possible (250)',
  },
  tempo: {
    type: 'string',
    value: 'BLOCKS',
    help: 'blocks between two epochs of a subnet, when everybody is paid (10)',
  },
  set: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'start subnets with this hyperparameter; may be repeated; subnetkit hyperparameters lists them',
  },
  subnets: { type: 'string', value: 'COUNT', help: 'subnets that //Alice opens and starts at once (1)' },
  endow: {
    type: 'string',
    multiple: true,
    value: 'ACCOUNT',
    help: 'one more account that has money: an address, or a secret URI such as //Zoe; may be repeated',
  },
  'allow-origin': {
    type: 'string',
    multiple: true,
    value: 'ORIGIN',
    help: 'web pages that may connect, such as http://localhost:5173 (none); may be repeated',
  },
  balance: {
    type: 'string',
    value: 'TAO',
    help: 'what every account starts with (1000000); each subnet of --subnets costs //Alice 100000 of it',
  },
  seed: {
    type: 'string',
    value: 'TEXT',
    help: 'from this text follow the hashes of the blocks, and so the tasks of miners (another one each time)',
  },
  metrics: {
    type: 'string',
    value: 'PORT',
    help: 'serve /metrics for Prometheus, /healthz and /readyz at 127.0.0.1; 0 picks a free port (off)',
  },
  quiet: { type: 'boolean', help: 'print no block progress' },
  help: { type: 'boolean', help: 'print this' },
}

const HELP = `subnetkit localnet: run a chain on this machine, whose accounts have money, until Ctrl-C

Usage: subnetkit localnet [options]

The chain lives in memory and ends with the command. Miners and validators join over the printed URL, with keys of
the printed accounts: docs/your-own-subnet.md shows how.

Examples:
  subnetkit localnet
  subnetkit localnet --block-ms 1000 --tempo 20 --set commitRevealEnabled=true --metrics 9464

Options, in brackets what holds without one:
${describeOptions(options)}`

interface LocalnetSettings {
  readonly port: number
  /** Of the metrics; `undefined` for none. */
  readonly metricsPort: number | undefined
  readonly blockMs: number
  readonly hyperparameters: Partial<Hyperparameters>
  readonly subnets: number
  readonly seed: string | undefined
  readonly quiet: boolean
  readonly allowedOrigins: readonly string[]
  readonly accounts: readonly LocalAccount[]
}

/** Runs `subnetkit localnet`: a chain node on loopback, until the user ends it. */
export async function localnetCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const parsed = parseOptions(argv, options, 0)
  if (parsed.flag('help')) {
    io.out(HELP)
    return 0
  }
  const settings: LocalnetSettings = {
    port: parsed.integer('port', { min: 0, max: 65_535, fallback: 9944 }),
    metricsPort: portOfMetrics(parsed),
    blockMs: parsed.integer('block-ms', { min: 0, max: 600_000, fallback: 250 }),
    hyperparameters: hyperparametersOf(parsed),
    subnets: parsed.integer('subnets', { min: 0, max: 16, fallback: 1 }),
    seed: seedOf(parsed),
    quiet: parsed.flag('quiet'),
    allowedOrigins: originsOf(parsed),
    accounts: localAccounts([...LOCALNET_ACCOUNTS, ...parsed.texts('endow')], {
      balance: parsed.text('balance'),
      least: localnetPreset().config.existentialDepositRao,
    }),
  }
  const stop = io.catchSignals()
  try {
    await runLocalnet(settings, io, stop)
  } catch (error) {
    // Ended before it was ready: what was under way was aborted, and that is all.
    if (!(error instanceof AbortedError && stop.aborted)) throw error
  }
  io.out('Stopped.\n')
  return 0
}

function portOfMetrics(parsed: ParsedOptions): number | undefined {
  if (parsed.text('metrics') === undefined) return undefined
  return parsed.integer('metrics', { min: 0, max: 65_535, fallback: 0 })
}

function hyperparametersOf(parsed: ParsedOptions): Partial<Hyperparameters> {
  const tempoBlocks = parsed.integer('tempo', { min: 1, max: 50_400, fallback: 10 })
  const set = hyperparametersFrom('set', parsed.texts('set'))
  if (parsed.text('tempo') !== undefined && set.tempoBlocks !== undefined) {
    throw new UsageError({ field: '--set tempoBlocks', problem: 'it is given by --tempo too' })
  }
  return { tempoBlocks, ...set }
}

function seedOf(parsed: ParsedOptions): string | undefined {
  const seed = parsed.text('seed')
  if (seed !== undefined) checkOption('seed', seed, () => check('seed', text({ min: 1, max: 100 }), seed))
  return seed
}

function originsOf(parsed: ParsedOptions): readonly string[] {
  const origins = parsed.texts('allow-origin')
  for (const given of origins) checkOption('allow-origin', given, () => check('allow-origin', origin, given))
  return origins
}

async function runLocalnet(settings: LocalnetSettings, io: CliIo, stop: AbortSignal): Promise<void> {
  const preset = localnetPreset({
    blockMs: settings.blockMs,
    endowed: settings.accounts.map(({ address, balanceRao }) => ({ address, balanceRao })),
    hyperparameters: settings.hyperparameters,
  })
  const chain = await startChain(preset, settings.seed)
  try {
    const node = await startNode(chain, settings)
    let metrics: ServedMetrics | undefined
    try {
      metrics = await serveMetrics({ chain, node }, settings)
      await openSubnets(chain, settings.subnets, stop)
      const { accounts, subnets } = settings
      introduce({ url: node.url, metricsUrl: metrics?.url, preset, accounts, subnets }, io)
      await reportBlocks(chain, { quiet: settings.quiet, stop }, io)
    } finally {
      await metrics?.close()
      await node.close()
    }
  } finally {
    await chain.close()
  }
}

async function startChain(preset: Preset, seed: string | undefined): Promise<LocalChain> {
  try {
    return await LocalChain.start({ preset, ...(seed === undefined ? {} : { seed }) })
  } catch (error) {
    // The other options are within their bounds by now: an account may still be one that the chain keeps for itself.
    if (!(error instanceof InvalidArgumentError) || !error.field.startsWith('endow')) throw error
    throw new UsageError({ field: '--endow', problem: error.hints[0] ?? error.shortMessage, cause: error })
  }
}

async function startNode(chain: LocalChain, { port, allowedOrigins }: LocalnetSettings): Promise<ChainNode> {
  return await listening('--port', port, () => ChainNode.start({ chain, port, allowedOrigins }))
}

interface ServedMetrics {
  readonly url: string
  close(): Promise<void>
}

async function serveMetrics(
  watched: { chain: LocalChain; node: ChainNode },
  { metricsPort: port }: LocalnetSettings,
): Promise<ServedMetrics | undefined> {
  if (port === undefined) return undefined
  const monitor = await Monitor.create()
  try {
    monitor.watch('localnet', watched)
    const server = await listening('--metrics', port, () => MonitorServer.start({ monitor, port }))
    const close = async (): Promise<void> => {
      await server.close()
      await monitor.close()
    }
    return { url: server.url, close }
  } catch (error) {
    await monitor.close()
    throw error
  }
}

/** @throws UsageError naming the option whose port cannot be listened on. */
async function listening<T>(field: string, port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    throw new UsageError({ field, problem: `127.0.0.1:${port} ${whyNot(field, error)}`, cause: error })
  }
}

function whyNot(field: string, { cause }: ListenError): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown reason'
  if (code === 'EADDRINUSE')
    return `is in use by another program; pass another port, or ${field} 0 for any free one`
  if (code === 'EACCES') return 'may not be listened on without privileges; pass a port above 1023'
  return `cannot be listened on (${String(code)})`
}
