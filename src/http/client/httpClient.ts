import {
  check,
  custom,
  eitherOf,
  func,
  oneOf,
  optional,
  secret,
  shape,
  wholeNumber,
} from '../../checks/index.js'
import {
  type DendriteTransport,
  failureOf,
  type Target,
  type TransportAnswer,
  type TransportCall,
  type TransportServices,
  type TransportStream,
} from '../../dendrite/index.js'
import type { ByteMeter } from '../../transport/index.js'
import { isBtauthScheme } from '../btauth/schemes.js'
import { type BtauthSigner, btauthSignerOf } from '../btauth/signBtauth.js'
import { GatheredBytes } from '../GatheredBytes.js'
import { parseJson } from '../jsonBody.js'
import { isUtf8Of } from '../mediaType.js'
import { type HashFields, HTTP_PROTOCOLS, type HttpProtocol, hashFieldsCheck } from '../protocolOptions.js'
import type { ClientProtocol } from './clientProtocol.js'
import { decodedBody, ResponseBodyError } from './decodeBody.js'
import { type ExchangeServices, HttpExchange } from './HttpExchange.js'
import { HttpStream } from './HttpStream.js'
import { Lanes } from './Lanes.js'
import { btauthClient, epistulaClient, legacyClient } from './protocols.js'

/** How a dendrite calls over HTTP. */
export interface HttpClientOptions {
  /** What the servers speak, or which of them speaks what. Default `btauth/1`. */
  readonly protocol?: HttpProtocol | ((target: Target) => HttpProtocol)
  /** Signs requests of `btauth/1` in place of the dendrite's key: an account of another scheme. */
  readonly signer?: BtauthSigner
  /** Fields of each synapse that a signature of `bt_header` covers, in order. Default: none. */
  readonly hashFields?: HashFields
  /** How chunks of streams of `bt_header` are handed on, which come without frames. Default `text`. */
  readonly streamChunks?: 'text' | 'bytes'
  /** Connections to one server, each with one call at a time; default 32. */
  readonly maxConnectionsPerTarget?: number
}

const anyProtocol = oneOf(HTTP_PROTOCOLS)
const optionsShape = shape<HttpClientOptions>({
  protocol: optional(
    eitherOf(`Name a protocol (${HTTP_PROTOCOLS.join(', ')}), or pass a function of the target.`, [
      anyProtocol,
      func,
    ]),
  ),
  signer: optional(
    secret(
      custom(
        'Pass what envelopeSigner makes, or an object with scheme, address and sign.',
        (value) =>
          typeof value === 'object' &&
          value !== null &&
          isBtauthScheme((value as BtauthSigner).scheme) &&
          typeof (value as BtauthSigner).address === 'string' &&
          typeof (value as BtauthSigner).sign === 'function',
      ),
    ),
  ),
  hashFields: optional(hashFieldsCheck),
  streamChunks: optional(oneOf(['text', 'bytes'])),
  maxConnectionsPerTarget: optional(wholeNumber({ min: 1 })),
})

/** Longest that a connection is kept without calls: servers let go of theirs after five seconds, and a request must not meet that. */
const MAX_IDLE_MS = 4_000

/**
 * Calls over HTTP, for servers that have no sessions. Each target has its own connections, redirects are not followed, and what comes is
 * bounded before and after it is unpacked. Answers are not signed and nothing is encrypted: see `docs/http.md`.
 *
 * @throws InvalidArgumentError for an option that is not what it must be.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { Dendrite } from 'subnetkit/dendrite'
 * import { httpClient } from 'subnetkit/http'
 *
 * new Dendrite({ signer: keyPairFromUri('//Bob'), transport: httpClient({ protocol: 'btauth/1' }) })
 * ```
 */
export function httpClient(
  options: HttpClientOptions = {},
): (services: TransportServices) => DendriteTransport {
  check('options', optionsShape, options)
  return (services) => new HttpClient(options, services)
}

class HttpClient implements DendriteTransport {
  readonly kind = 'http'
  readonly #services: TransportServices
  readonly #lanes: Lanes
  readonly #meter: ByteMeter
  readonly #protocols: Readonly<Record<HttpProtocol, ClientProtocol>>
  readonly #protocolOf: (target: Target) => HttpProtocol
  readonly #open = new Set<HttpExchange>()
  #isClosed = false

  constructor(options: HttpClientOptions, services: TransportServices) {
    const { signer, limits, clock } = services
    const { protocol = 'btauth/1', hashFields = {}, streamChunks: streams = 'text' } = options
    this.#services = services
    this.#meter = services.bytesOf('http')
    this.#lanes = new Lanes(
      {
        maxLanes: limits.maxConnections,
        maxLanesPerTarget: options.maxConnectionsPerTarget ?? 32,
        maxWaitingPerTarget: limits.maxQueuedPerConnection,
        idleMs: Math.min(limits.idleMs, MAX_IDLE_MS),
      },
      clock,
    )
    this.#protocols = {
      'btauth/1': btauthClient(options.signer ?? btauthSignerOf(signer)),
      bt_header: legacyClient({ signer, hashFields, streams }),
      'epistula/2': epistulaClient(signer),
    }
    this.#protocolOf = typeof protocol === 'function' ? protocol : () => protocol
  }

  get connectionCount(): number {
    return this.#lanes.count
  }

  async unary(call: TransportCall): Promise<TransportAnswer> {
    const exchange = this.#begin(call)
    if (!(exchange instanceof HttpExchange)) return exchange
    return await Promise.race([exchange.ended, this.#answerOf(exchange, call)])
  }

  stream(call: TransportCall): TransportStream {
    const exchange = this.#begin(call)
    if (exchange instanceof HttpExchange) {
      const { streams } = this.#protocols[this.#protocolOf(call.target)]
      return new HttpStream(exchange, { streams, maxBytes: this.#services.limits.maxFrameBytes })
    }
    return { next: async () => exchange, dispose: () => {} }
  }

  close(): void {
    this.#isClosed = true
    for (const exchange of [...this.#open]) exchange.abandon()
    this.#lanes.close()
  }

  #begin(call: TransportCall): HttpExchange | Exclude<TransportAnswer, { kind: 'answer' }> {
    if (this.#isClosed) return { kind: 'failed', failure: failureOf('unreachable', true) }
    const { limits, clock } = this.#services
    let protocol: ClientProtocol
    try {
      const name = this.#protocolOf(call.target)
      check('protocol', anyProtocol, name)
      protocol = this.#protocols[name]
    } catch (error) {
      return { kind: 'unencodable', error }
    }
    const services: ExchangeServices = {
      lanes: this.#lanes,
      clock,
      protocol,
      dialMs: limits.dialMs,
      maxRequestBytes: limits.maxFrameBytes,
      meter: this.#meter,
    }
    const exchange: HttpExchange = new HttpExchange(call, services, () => this.#open.delete(exchange))
    this.#open.add(exchange)
    return exchange
  }

  async #answerOf(exchange: HttpExchange, call: TransportCall): Promise<TransportAnswer> {
    const response = await exchange.start()
    if (response === undefined) return await exchange.ended
    const malformed = { kind: 'failed', failure: failureOf('malformed', false) } as const
    if (!isUtf8Of(response.headers['content-type'], 'application/json')) {
      exchange.finish(false)
      return malformed
    }
    try {
      const gathered = new GatheredBytes()
      for await (const piece of decodedBody(response, this.#services.limits.maxFrameBytes))
        gathered.add(piece)
      if (exchange.isOver) return await exchange.ended
      exchange.finish(true)
      const json = parseJson(gathered.bytes)
      const answer = json && this.#protocols[this.#protocolOf(call.target)].answerOf(call, json.value)
      return answer === undefined ? malformed : { kind: 'answer', body: answer.body }
    } catch (error) {
      if (exchange.isOver) return await exchange.ended
      exchange.finish(false)
      return { kind: 'failed', failure: failureOf(statusOfFault(error), false) }
    }
  }
}

function statusOfFault(error: unknown): 'tooLarge' | 'malformed' | 'unreachable' {
  if (!(error instanceof ResponseBodyError)) return 'malformed'
  if (error.fault === 'tooLarge') return 'tooLarge'
  return error.fault === 'cut' ? 'unreachable' : 'malformed'
}
