import { type AxonEndpoint, type AxonHost, type AxonTransport, sessionServer } from '../../axon/index.js'
import {
  check,
  durationMs,
  flag,
  func,
  having,
  listOf,
  oneOf,
  optional,
  shape,
  wholeNumber,
  withDefaults,
} from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { type Carrier, closeCodes } from '../../transport/index.js'
import type { SchemePins } from '../btauth/schemePins.js'
import { BTAUTH_MAX_AGE_MS, BTAUTH_MAX_SKEW_MS, checkRetention } from '../btauth/verifyBtauth.js'
import { type HashFields, HTTP_PROTOCOLS, type HttpProtocol, hashFieldsCheck } from '../protocolOptions.js'
import { memoryReplayStore, type ReplayStore } from '../ReplayStore.js'
import { axonEndpointOf, HttpEndpoint } from './HttpEndpoint.js'
import { legacyServer } from './legacyProtocol.js'
import { btauthServer, epistulaServer } from './plainProtocols.js'
import type { ServerProtocol } from './serverProtocol.js'

/** How an axon answers over HTTP. */
export interface HttpServerOptions {
  /** What is spoken, and nothing else. */
  readonly protocols: readonly HttpProtocol[]
  /** By which scheme each sender of `btauth/1` signs; needed where that is spoken. */
  readonly expectedScheme?: SchemePins
  /**
   * Remembers which requests were used, at all ports of an axon: every `httpServer` of it has the same. Default: one in memory for each axon, and
   * what was signed before the start is refused.
   */
  readonly replays?: ReplayStore
  /** Fields of each synapse that a signature of `bt_header` covers, in order. Default: none. */
  readonly hashFields?: HashFields
  /** Whether sessions are served at the same port, over the axon's carrier. Default true. */
  readonly sessions?: boolean
  /** How long a body may take to come; default 10,000. */
  readonly bodyMs?: number
  /** Bytes of all bodies together that are held while nobody is proven for them; default 64 MiB. */
  readonly maxHeldBytes?: number
}

const optionsShape = shape<HttpServerOptions>({
  protocols: listOf(oneOf(HTTP_PROTOCOLS), { min: 1 }),
  expectedScheme: optional(func),
  replays: optional(having('a replay store such as memoryReplayStore()', ['record'])),
  hashFields: optional(hashFieldsCheck),
  sessions: optional(flag),
  bodyMs: optional(durationMs({ min: 1 })),
  maxHeldBytes: optional(wholeNumber({ min: 1 })),
})

const defaults = { bodyMs: 10_000, maxHeldBytes: 67_108_864 }

/** Longest time-out that widens the window of `bt_header`, and what the window is wider by. */
const LEGACY = { maxTimeoutMs: 12_000, graceMs: 4_000 } as const
/** How old a request of `epistula/2` may be. */
const EPISTULA_MAX_AGE_MS = 8_000
/** How far ahead a caller's clock may be. */
const MAX_SKEW_MS = 2_000

/** How long each protocol takes a request after it was signed, and before. */
const windowsMs: Readonly<Record<HttpProtocol, number>> = {
  'btauth/1': BTAUTH_MAX_AGE_MS + BTAUTH_MAX_SKEW_MS,
  bt_header: LEGACY.maxTimeoutMs + LEGACY.graceMs + MAX_SKEW_MS,
  'epistula/2': EPISTULA_MAX_AGE_MS + MAX_SKEW_MS,
}

/**
 * Takes calls over HTTP, for peers that have no sessions: the same handlers answer behind the same hooks and limits. Sessions are served
 * at the same port unless told otherwise, so that an axon announces one address.
 *
 * Every request is signed by itself and nothing is encrypted: see `docs/http.md` for what each protocol protects. Handlers are told
 * whether the body was signed (`context.bodySigned`).
 *
 * @throws InvalidArgumentError for an option that is not what it must be, `btauth/1` without `expectedScheme`, and a store that forgets sooner
 *   than a request is taken.
 *
 * @example
 * ```ts
 * import { Axon } from 'subnetkit/axon'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { fixedSchemes, httpServer } from 'subnetkit/http'
 *
 * const bob = keyPairFromUri('//Bob')
 * const transport = httpServer({ protocols: ['btauth/1'], expectedScheme: fixedSchemes({ [bob.address]: 'sr25519' }) })
 * new Axon({ signer: keyPairFromUri('//Alice'), transports: [transport] })
 * ```
 */
export function httpServer(options: HttpServerOptions): AxonTransport {
  check('options', optionsShape, options)
  if (options.protocols.includes('btauth/1') && options.expectedScheme === undefined) {
    throw new InvalidArgumentError({
      field: 'expectedScheme',
      value: undefined,
      remedy: 'Say by which scheme each sender signs: pass fixedSchemes or registrySchemes.',
    })
  }
  const { replays, protocols } = options
  if (replays !== undefined) checkRetention(replays, Math.max(...protocols.map((name) => windowsMs[name])))
  return {
    kind: 'http',
    listen: (host) =>
      options.sessions === false ? listenAlone(host, options) : listenWithSessions(host, options),
  }
}

/** Sessions and requests at one port. */
async function listenWithSessions(host: AxonHost, options: HttpServerOptions): Promise<AxonEndpoint> {
  const { carrier } = host
  assertSharing(carrier)
  const endpoint = endpointOf(host, options)
  const shared: Carrier = {
    kind: carrier.kind,
    listen: (wanted) => carrier.listen({ ...wanted, onRequest: endpoint.onRequest }),
    dial: (address, dialOptions) => carrier.dial(address, dialOptions),
  }
  const sessions = await sessionServer({ carrier: shared }).listen(host)
  return axonEndpointOf(endpoint, sessions)
}

/** Requests alone: whoever asks for a session is turned away. */
async function listenAlone(host: AxonHost, options: HttpServerOptions): Promise<AxonEndpoint> {
  const { carrier, limits } = host
  assertSharing(carrier)
  const endpoint = endpointOf(host, options)
  const listener = await carrier.listen({
    ...host.address,
    allowedOrigins: host.allowedOrigins,
    maxFrameBytes: limits.maxFrameBytes,
    maxConnections: limits.maxConnections + limits.maxUnauthenticated,
    onRequest: endpoint.onRequest,
    onChannel: (channel) => {
      channel.receive({ onFrame: () => {}, onClose: () => {} })
      channel.close(closeCodes.badHandshake)
      host.refused({ reason: 'unsignedRequest', remote: channel.remote })
    },
    onRefused: (reason, remote) => host.refused({ reason, remote }),
  })
  return axonEndpointOf(endpoint, {
    address: listener.address,
    connectionCount: 0,
    unauthenticatedCount: 0,
    callCount: 0,
    drain: () => listener.close(),
    close: () => {},
  })
}

/** HTTP needs a port of the machine's, where memory has none. */
function assertSharing(carrier: Carrier): void {
  if (carrier.kind === 'websocket') return
  throw new InvalidArgumentError({
    field: 'carrier',
    value: carrier.kind,
    remedy: 'Give the axon webSocketCarrier(): HTTP shares its port.',
  })
}

function endpointOf(host: AxonHost, options: HttpServerOptions): HttpEndpoint {
  const { bodyMs, maxHeldBytes } = withDefaults(defaults, options)
  const protocols = [...new Set(options.protocols)].map((name) => protocolOf(name, host, options))
  return new HttpEndpoint({ host, protocols, bodyMs, maxHeldBytes })
}

/** Where the uses of an axon's requests are remembered, from one start of it to the next, at whichever of its ports they come. */
const storesOf = new WeakMap<
  AxonHost,
  { readonly given: ReplayStore | undefined; readonly store: ReplayStore }
>()

/** @throws InvalidArgumentError where two servers of one axon would remember apart: what one has taken the other took again. */
function storeOf(host: AxonHost, given: ReplayStore | undefined): ReplayStore {
  const known = storesOf.get(host)
  if (known === undefined) {
    const store = given ?? memoryReplayStore({ clock: host.clock })
    storesOf.set(host, { given, store })
    return store
  }
  if (known.given === given) return known.store
  throw new InvalidArgumentError({
    field: 'replays',
    value: given,
    remedy:
      'Give every httpServer of an axon the same store, or none of them one: a request is used once at all of them.',
  })
}

function protocolOf(name: HttpProtocol, host: AxonHost, options: HttpServerOptions): ServerProtocol {
  const { clock, signer } = host
  const { expectedScheme, hashFields = {} } = options
  const replays = storeOf(host, options.replays)
  const rules = {
    receiver: signer.address,
    replays,
    maxSkewMs: MAX_SKEW_MS,
    clock,
    ...(replays.isDurable ? {} : { notBeforeMs: clock.now() }),
  }
  if (name === 'bt_header')
    return legacyServer({ rules: { ...rules, maxTimeoutMs: LEGACY.maxTimeoutMs }, hashFields })
  if (name === 'epistula/2') return epistulaServer({ ...rules, maxAgeMs: EPISTULA_MAX_AGE_MS })
  return btauthServer({ ...rules, expectedScheme: expectedScheme ?? (() => undefined) })
}
