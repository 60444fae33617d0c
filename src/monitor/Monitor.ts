import { Axon } from '../axon/index.js'
import { ChainNode } from '../chain/index.js'
import {
  assertMade,
  check,
  clock as clockCheck,
  custom,
  durationMs,
  func,
  having,
  instance,
  listOf,
  logger as loggerCheck,
  made,
  optional,
  recordOf,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { Dendrite } from '../dendrite/index.js'
import { describeValue, InvalidArgumentError, printable } from '../errors/index.js'
import { type Logger, stderrLogger } from '../log/index.js'
import { Miner, Validator } from '../neuron/index.js'
import { Router } from '../router/index.js'
import { axonSource } from './axonSource.js'
import { chainSource, type WatchedChain } from './chainSource.js'
import { dendriteSource } from './dendriteSource.js'
import { DirectoryCheck } from './directoryCheck.js'
import { type MetricName, metricTable } from './metricTable.js'
import { neuronSource, validatorSource, type WatchedMiner, type WatchedValidator } from './neuronSource.js'
import { nodeSource } from './nodeSource.js'
import { processSource } from './processSource.js'
import { type PromMetric, type PromRegistry, promClient } from './promClient.js'
import { requestCountsOf } from './RequestCounts.js'
import { type Readiness, type ReadinessQuestion, readinessOf } from './readiness.js'
import { routerSource } from './routerSource.js'
import { Samples } from './Samples.js'
import { checkOf, type Source } from './Source.js'

/** Things that one monitor watches at most: each has series of its own in every scrape. */
export const MAX_WATCHED = 64

/** How long an answer about readiness is handed out: looking writes to disks and asks chains. */
const READINESS_MS = 1_000

/** How a monitor is made. */
export interface MonitorOptions {
  /** A `Registry` of `prom-client` of your own, to which these metrics are added. Default: one of the monitor's own. */
  readonly registry?: PromRegistry
  /** Folders that must be writable for all to be ready, such as that of a validator's store. */
  readonly directories?: readonly string[]
  /** Checks of your own by name: `null` when all is well, or one sentence of what is not. */
  readonly checks?: Readonly<Record<string, (signal: AbortSignal) => Promise<string | null> | string | null>>
  /** How far a neuron may be behind its chain. Default 5. */
  readonly maxBlocksBehind?: number
  /** How long a chain may go without a block. Default 30,000, or ten blocks where that is more. */
  readonly maxBlockAgeMs?: number
  /** How long one check may take. Default 2,000. */
  readonly checkMs?: number
  /** Default the system clock. */
  readonly clock?: Clock
  /** Where it is said what cannot be watched any more. Default `stderrLogger()`. */
  readonly logger?: Logger
}

/** What is watched under one name; any of them, at least one. The axon of a miner, or of a validator's customers, and the dendrite of either, are watched with it. */
export interface Watched {
  readonly axon?: Axon
  readonly dendrite?: Dendrite
  readonly miner?: WatchedMiner
  readonly validator?: WatchedValidator
  readonly router?: Router
  readonly chain?: WatchedChain
  readonly node?: ChainNode
}

const monitorShape = shape<MonitorOptions>({
  registry: optional(
    having('a Registry of prom-client', [
      'metrics',
      'registerMetric',
      'removeSingleMetric',
      'getSingleMetric',
    ]),
  ),
  directories: optional(listOf(text({ min: 1 }), { max: MAX_WATCHED })),
  checks: optional(recordOf(func)),
  maxBlocksBehind: optional(wholeNumber()),
  maxBlockAgeMs: optional(durationMs({ min: 1 })),
  checkMs: optional(durationMs({ min: 1 })),
  clock: optional(clockCheck),
  logger: optional(loggerCheck),
})

const watchedShape = shape<Watched>({
  axon: optional(instance(Axon)),
  dendrite: optional(instance(Dendrite)),
  miner: optional(instance(Miner)),
  validator: optional(instance(Validator)),
  router: optional(custom('Pass a Router.', (value) => value instanceof Router)),
  chain: optional(having('a chain such as LocalChain', ['blocks', 'head', 'query'])),
  node: optional(custom('Pass a ChainNode.', (value) => value instanceof ChainNode)),
})

const nameCheck = custom(
  "Pass 1 to 64 letters, digits, '.', '_' or '-': it is a label of metrics.",
  (value) => typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value),
)

/**
 * Watches axons, dendrites, miners, validators, chains and nodes of this process: metrics for Prometheus, and whether all are ready.
 *
 * It costs next to nothing between scrapes: counters are read when a scrape comes, and what has none is counted by a few listeners.
 * No label is chosen by a stranger, and the number of series is bounded by what is watched (`docs/observability.md` lists all metrics).
 *
 * @example
 * ```ts
 * import { LocalChain } from 'subnetkit/chain'
 * import { Monitor, MonitorServer } from 'subnetkit/monitor'
 *
 * const chain = await LocalChain.start()
 * const monitor = await Monitor.create()
 * monitor.watch('local', { chain })
 * const server = await MonitorServer.start({ monitor, port: 9464 }) // http://127.0.0.1:9464/metrics
 * await server.close()
 * await monitor.close()
 * await chain.close()
 * ```
 */
export class Monitor {
  readonly #options: MonitorOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #registry: PromRegistry
  readonly #sources = new Map<string, readonly Source[]>()
  readonly #process = processSource()
  readonly #directories: readonly DirectoryCheck[]
  /** Of the scrape that is being read, until this turn ends. */
  #samples: Samples | undefined
  #readiness: { readonly askedAtMs: number; readonly answer: Promise<Readiness> } | undefined
  #isClosed = false

  private constructor(mark: typeof made, options: MonitorOptions, registry: PromRegistry) {
    assertMade(mark, 'Monitor', 'await Monitor.create()')
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? stderrLogger()
    this.#registry = registry
    this.#directories = (options.directories ?? []).map((path) => new DirectoryCheck(path))
    for (const name of metricNames) registry.registerMetric(this.#metric(name) as never)
  }

  /**
   * @throws MissingPackageError when the optional package `prom-client` is not installed.
   * @throws InvalidArgumentError for an option that is wrong or unknown, and for a registry that has metrics of these names already.
   */
  static async create(options: MonitorOptions = {}): Promise<Monitor> {
    check('options', monitorShape, options)
    const { Registry } = await promClient()
    const { registry = new Registry() } = options
    if (metricNames.some((name) => registry.getSingleMetric(name) !== undefined)) {
      throw new InvalidArgumentError({
        field: 'registry',
        value: registry,
        remedy: 'Give each monitor a registry of its own, or close the monitor that has this one.',
      })
    }
    return new Monitor(made, options, registry)
  }

  /** What `prom-client` calls the form of `metrics()`, for the header `Content-Type`. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /**
   * Watches something of this process under a name, which is the label `name` of its metrics, until the returned function is called.
   *
   * @throws InvalidArgumentError for a name that is none or taken, more than 64 names, and what cannot be watched.
   */
  watch(name: string, watched: Watched): () => Promise<void> {
    check('name', nameCheck, name)
    check('watched', watchedShape, watched)
    this.#assertFree(name)
    const sources = this.#sourcesOf(name, watched)
    if (sources.length === 0) {
      const remedy = 'Name what to watch, such as { validator }.'
      throw new InvalidArgumentError({ field: 'watched', value: watched, remedy })
    }
    this.#sources.set(name, sources)
    return async () => {
      if (this.#sources.get(name) !== sources) return
      this.#sources.delete(name)
      await closeAll(sources)
    }
  }

  /** All metrics, in the text form that Prometheus reads. */
  async metrics(): Promise<string> {
    return await this.#registry.metrics()
  }

  /** Whether all that is watched can do its work. It looks once a second at most, however many ask. */
  async readiness(): Promise<Readiness> {
    const nowMs = this.#clock.now()
    const last = this.#readiness
    const isFresh = last !== undefined && Math.abs(nowMs - last.askedAtMs) < READINESS_MS
    const { answer } = isFresh ? last : { answer: this.#lookAround() }
    if (!isFresh) this.#readiness = { askedAtMs: nowMs, answer }
    return await answer
  }

  /** Watches nothing any more, and takes its metrics out of the registry. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const name of metricNames) this.#registry.removeSingleMetric(name)
    const sources = [this.#process, ...[...this.#sources.values()].flat()]
    this.#sources.clear()
    await closeAll(sources)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #assertFree(name: string): void {
    if (this.#isClosed) {
      const remedy = 'The monitor is closed: make a new one.'
      throw new InvalidArgumentError({ field: 'name', value: name, remedy })
    }
    if (this.#sources.has(name)) {
      const remedy = 'Give each thing a name of its own, or pass what belongs together at once.'
      throw new InvalidArgumentError({ field: 'name', value: name, remedy })
    }
    if (this.#sources.size < MAX_WATCHED) return
    const remedy = `A monitor watches at most ${MAX_WATCHED} names: make a second one.`
    throw new InvalidArgumentError({ field: 'name', value: name, remedy })
  }

  #sourcesOf(name: string, { axon, dendrite, miner, validator, router, chain, node }: Watched): Source[] {
    const { maxBlocksBehind = 5, maxBlockAgeMs } = this.#options
    const clock = this.#clock
    const logger = this.#logger
    const sources: Source[] = []
    const itsAxon = axon ?? miner?.axon ?? validator?.customers?.axon
    if (itsAxon !== undefined) sources.push(axonSource(name, itsAxon))
    const itsDendrite = dendrite ?? validator?.dendrite ?? miner?.dendrite
    if (itsDendrite !== undefined) sources.push(dendriteSource(name, itsDendrite))
    if (miner !== undefined) sources.push(neuronSource(miner, { name, role: 'miner', maxBlocksBehind }))
    if (validator !== undefined) {
      sources.push(neuronSource(validator, { name, role: 'validator', maxBlocksBehind }))
      sources.push(validatorSource(name, validator))
    }
    if (router !== undefined) sources.push(routerSource(name, router))
    if (chain !== undefined) sources.push(chainSource(chain, { name, clock, maxBlockAgeMs, logger }))
    if (node !== undefined) sources.push(nodeSource(name, node))
    return sources
  }

  /** A metric of the registry, read from the sources when the registry asks for it. */
  #metric(name: MetricName): PromMetric {
    const { kind: type, help } = metricTable[name]
    const metric: PromMetric = {
      // A registry of OpenMetrics takes the ending of a counter's name away, and puts it behind each of its lines.
      name,
      help,
      type,
      aggregator: 'sum',
      reset: () => {},
      get: async () => ({ ...metric, values: this.#samplesNow().of(name) }),
    }
    return metric
  }

  /** The registry asks for all metrics in one turn: the sources are read once for all of them. */
  #samplesNow(): Samples {
    if (this.#samples !== undefined) return this.#samples
    const samples = new Samples()
    this.#samples = samples
    queueMicrotask(() => {
      this.#samples = undefined
    })
    this.#process.write(samples)
    requestCountsOf(this).write(samples)
    for (const sources of this.#sources.values()) for (const source of sources) source.write(samples)
    return samples
  }

  async #lookAround(): Promise<Readiness> {
    const { checks = {}, checkMs = 2_000 } = this.#options
    const questions: ReadinessQuestion[] = []
    for (const [name, sources] of this.#sources) {
      for (const source of sources)
        questions.push({ name, check: 'answers', ask: (signal) => source.check(signal) })
    }
    for (const directory of this.#directories) {
      questions.push({ name: directory.path, check: 'writable', ask: async () => [await directory.check()] })
    }
    for (const [name, ask] of Object.entries(checks)) {
      const own = async (signal: AbortSignal) => [checkOf(name, 'own', reasonOf(await ask(signal)))]
      questions.push({ name, check: 'own', ask: own })
    }
    return await readinessOf(questions, { clock: this.#clock, checkMs })
  }
}

/** Longest reason of an owner's check that is handed out: whoever reads it reads many. */
const MAX_REASON_CHARACTERS = 1_000

/** What a check of the owner's own said; one in plain JavaScript may give anything. */
function reasonOf(said: unknown): string | undefined {
  if (said === null || said === undefined) return undefined
  if (typeof said === 'string' && said !== '') return printable(said, MAX_REASON_CHARACTERS)
  return `It gave ${describeValue(said)}, and is to give null or one sentence.`
}

const metricNames = Object.keys(metricTable) as MetricName[]

async function closeAll(sources: readonly Source[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()))
}
