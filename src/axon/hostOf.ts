import { type ByteMeters, HeldBytes, webSocketCarrier } from '../transport/index.js'
import type { FixedRefusal } from './events.js'
import { RequestBytes } from './RequestBytes.js'
import { type Route, refusingRoute } from './routes.js'
import { type CallServices, ServerCall } from './ServerCall.js'
import type { AxonHost, UnreadHolder } from './transport.js'
import type { AxonOptions } from './types.js'

interface HostParts {
  readonly options: AxonOptions
  readonly services: CallServices
  readonly routes: ReadonlyMap<string, Route>
  readonly bytes: ByteMeters
  readonly nextRequestId: () => string
  readonly isStopping: () => boolean
}

const UNKNOWN_SYNAPSE: FixedRefusal = { reason: 'unknownSynapse', status: 'unknownSynapse' }

/** What an axon offers its transports. */
export function hostOf({ options, services, routes, bytes, nextRequestId, isStopping }: HostParts): AxonHost {
  const { clock, limits, log } = services
  const { signer, carrier = webSocketCarrier(), host = '127.0.0.1', port = 0, allowedOrigins = [] } = options

  const reservedShare = options.standing === undefined ? 0 : limits.reservedPercent / 100
  const keptRequestBytes = Math.floor(limits.maxRequestBytes * reservedShare)

  const unread = new HeldBytes<UnreadHolder>({
    maxBytes: limits.maxTotalUnreadBytes,
    drop: (holder) => holder.dropAsSlow(),
    // What was read since is known to each holder only.
    bytesOf: (holder) => holder.unreadBytes,
  })

  const refuse: AxonHost['refuse'] = (request, port, { reason, status }) => {
    log.callsReceived++
    decline(request, port, { reason, status })
  }
  const decline: AxonHost['refuse'] = ({ id, synapse, requestId }, port, { reason, status }) => {
    port.send({ kind: 'end', id, status, unhandled: true })
    const { caller, remote } = port
    log.refused({ reason, remote, caller, synapse, requestId: requestId ?? nextRequestId() })
  }
  const accept: AxonHost['accept'] = (request, port, { requestBytes = 0, refusal } = {}) => {
    log.callsReceived++
    const route = routes.get(request.synapse)
    if (isStopping()) {
      decline(request, port, { reason: 'stopping', status: 'unreachable' })
      return undefined
    }
    const isKnown = route !== undefined && (route.synapse.kind === 'stream') === request.isStream
    const requestId = request.requestId ?? nextRequestId()
    if (isKnown && refusal === undefined)
      return new ServerCall({ message: request, requestId, route, port, requestBytes, services })
    const { blacklist } = route?.hooks ?? options
    const why = refusal ?? UNKNOWN_SYNAPSE
    if (blacklist === undefined) {
      decline(request, port, why)
      return undefined
    }
    const refusing = refusingRoute(request.synapse, blacklist, why)
    return new ServerCall({ message: request, requestId, route: refusing, port, requestBytes, services })
  }

  return {
    signer,
    clock,
    limits,
    carrier,
    address: { host, port },
    allowedOrigins,
    requestBytes: new RequestBytes({ ...limits, keptRequestBytes }, services.standingOf),
    unread: {
      note: (holder) => unread.note(holder, holder.unreadBytes),
      forget: (holder) => unread.note(holder, 0),
    },
    bytesOf: (kind) => bytes.of(kind),
    isStopping,
    synapseOf: (name) => routes.get(name)?.synapse,
    accept,
    standingOf: services.standingOf,
    spend: (caller, bytes) => services.quotas.spend(caller, bytes, () => services.standingOf(caller) > 0),
    refuse,
    refused: (event) => log.refused(event),
    connected: (event) => {
      log.connectionsAccepted++
      log.events.emit('connected', event)
    },
    disconnected: (event) => log.events.emit('disconnected', event),
  }
}
