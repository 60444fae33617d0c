import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  assertMade,
  check,
  custom,
  hostAndPort,
  host as hostCheck,
  logger as loggerCheck,
  made,
  optional,
  port as portCheck,
  shape,
} from '../checks/index.js'
import { portableError } from '../errors/index.js'
import { FaultLog, type Logger, stderrLogger } from '../log/index.js'
import { ListenError, type NetworkAddress } from '../transport/index.js'
import { Monitor } from './Monitor.js'
import { requestCountsOf } from './RequestCounts.js'

/** How the endpoint is served. */
export interface MonitorServerOptions {
  /** What it tells of; it stays yours to close. */
  readonly monitor: Monitor
  /** Default 127.0.0.1. Elsewhere everybody who reaches it may read it: put it behind a firewall or a proxy that asks who they are. */
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Where it is said that metrics could not be gathered. Default `stderrLogger()`. */
  readonly logger?: Logger
}

const optionsShape = shape<MonitorServerOptions>({
  monitor: custom('Pass what Monitor.create made.', (value) => value instanceof Monitor),
  host: optional(hostCheck),
  port: optional(portCheck({ min: 0 })),
  logger: optional(loggerCheck),
})

/** Connections at once; Prometheus needs one. */
const MAX_CONNECTIONS = 32
/** Requests at once, those that one connection sends ahead included. */
const MAX_REQUESTS = 8
/** Bytes of request line and headers. */
const MAX_HEADER_BYTES = 4_096
/** How long a request may take to come, and a connection may be idle or read nothing. */
const REQUEST_MS = 5_000
const IDLE_MS = 15_000

const PATHS = ['/metrics', '/healthz', '/readyz'] as const

/**
 * Serves a monitor over HTTP: `GET /metrics` for Prometheus, `GET /healthz` (200 as long as the process turns) and `GET /readyz`
 * (200 when all that is watched can do its work, else 503), both with JSON that says why.
 *
 * Nothing is served unless it is started, and then on loopback unless told otherwise. Bounded: 32 connections, 8 requests at once, 4 KiB of
 * headers, 5 s for a request to come. A web page reads nothing here: a request that names an origin, or on loopback another host than this machine, is refused.
 *
 * @example
 * ```ts
 * import type { Validator } from 'subnetkit/neuron'
 * import { Monitor, MonitorServer } from 'subnetkit/monitor'
 *
 * async function serveMetrics(validator: Validator<string, string, null>): Promise<void> {
 *   const monitor = await Monitor.create({ directories: ['state'] })
 *   monitor.watch('judge', { validator })
 *   const { url } = await MonitorServer.start({ monitor, port: 9464 })
 *   console.log(`${url}/metrics and ${url}/readyz`)
 * }
 * ```
 */
export class MonitorServer {
  readonly #monitor: Monitor
  readonly #server: Server
  readonly #faults: FaultLog
  readonly #isLoopback: boolean
  #address: NetworkAddress
  #requests = 0
  #closing: Promise<void> | undefined

  private constructor(mark: typeof made, options: MonitorServerOptions) {
    assertMade(mark, 'MonitorServer', 'await MonitorServer.start({ monitor })')
    const { host = '127.0.0.1', port = 0 } = options
    this.#monitor = options.monitor
    this.#faults = new FaultLog(options.logger ?? stderrLogger())
    this.#address = { host, port }
    this.#isLoopback = isThisMachine(host)
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: IDLE_MS,
    })
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#server.timeout = IDLE_MS
    this.#server.on('request', (request, response) => void this.#answer(request, response))
    this.#server.on('clientError', (_error, socket) => socket.destroy())
    this.#server.on('upgrade', (_request, socket) => socket.destroy())
  }

  /**
   * @throws InvalidArgumentError for an option that is wrong or unknown.
   * @throws ListenError when the address cannot be bound.
   */
  static async start(options: MonitorServerOptions): Promise<MonitorServer> {
    check('options', optionsShape, options)
    const server = new MonitorServer(made, options)
    await server.#listen()
    return server
  }

  /** Where it listens. */
  get address(): NetworkAddress {
    return this.#address
  }

  /** Where it listens, as `http://127.0.0.1:9464`. */
  get url(): string {
    return `http://${hostAndPort(this.#address)}`
  }

  /** Stops listening and ends every connection. Closing twice does nothing. */
  async close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
      this.#faults.close()
    })
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #listen(): Promise<void> {
    const { host, port } = this.#address
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => reject(new ListenError({ address: this.#address, cause }))
      this.#server.once('error', onError)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', onError)
        // An accept that fails (out of descriptors) must not end the process.
        this.#server.on('error', () => {})
        this.#address = { host, port: (this.#server.address() as AddressInfo).port }
        resolve()
      })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    const refusal = this.#refusalOf(request, path)
    if (refusal !== undefined) {
      this.#send(request, response, refusal)
      return
    }
    this.#requests++
    try {
      this.#send(request, response, await this.#bodyOf(path))
    } catch (thrown) {
      const err = portableError(thrown)
      const message = 'Metrics or readiness could not be gathered. See the error.'
      this.#faults.report({ cause: `monitor ${path} ${err.name}`, message, fields: { path, err } })
      this.#send(request, response, problem(500, 'What was asked for could not be gathered.'))
    } finally {
      this.#requests--
    }
  }

  #refusalOf(request: IncomingMessage, path: Path): Reply | undefined {
    const { method, headers } = request
    if (headers.origin !== undefined || !this.#mayName(headers.host))
      return problem(403, 'Web pages, and other names of this machine, are not served.')
    if (path === 'other') return problem(404, `Known are ${PATHS.join(', ')}.`)
    if (method !== 'GET' && method !== 'HEAD') return problem(405, 'Only GET and HEAD are answered.')
    return this.#requests < MAX_REQUESTS ? undefined : problem(503, 'Too many requests at once.')
  }

  /** A page that made its own name lead here is a page all the same: on loopback this machine is named as such. */
  #mayName(name: string | undefined): boolean {
    return !this.#isLoopback || (name !== undefined && isThisMachine(name.replace(/:\d{1,5}$/, '')))
  }

  async #bodyOf(path: Path): Promise<Reply> {
    if (path === '/metrics') {
      return { code: 200, type: this.#monitor.contentType, body: await this.#monitor.metrics() }
    }
    if (path === '/healthz')
      return json(200, { status: 'alive', uptimeSeconds: Math.round(process.uptime()) })
    const { isReady, checks } = await this.#monitor.readiness()
    return json(isReady ? 200 : 503, { status: isReady ? 'ready' : 'notReady', checks })
  }

  #send(request: IncomingMessage, response: ServerResponse, { code, type, body }: Reply): void {
    requestCountsOf(this.#monitor).add(pathOf(request), code)
    const bytes = Buffer.from(body)
    const isFine = code === 200 || (code === 503 && type === JSON_TYPE)
    response.writeHead(code, {
      'Content-Type': type,
      'Content-Length': bytes.length,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      // A body that was sent along is not read: the connection ends with the answer.
      ...(isFine && request.complete ? {} : { Connection: 'close' }),
    })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }
}

type Path = (typeof PATHS)[number] | 'other'

interface Reply {
  readonly code: number
  readonly type: string
  readonly body: string
}

const JSON_TYPE = 'application/json; charset=utf-8'

function json(code: number, value: unknown): Reply {
  return { code, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` }
}

function problem(code: number, sentence: string): Reply {
  return { code, type: 'text/plain; charset=utf-8', body: `${sentence}\n` }
}

function pathOf({ url = '' }: IncomingMessage): Path {
  const path = url.split('?', 1)[0]
  return PATHS.find((known) => known === path) ?? 'other'
}

function isThisMachine(name: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}
