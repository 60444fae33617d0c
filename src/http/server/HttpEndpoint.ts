import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AxonEndpoint, AxonHost, IncomingRequest, RefusalReason } from '../../axon/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { isRequestId, isTraceparent, MAX_STREAM_CREDIT } from '../../synapse/index.js'
import type { ByteMeter } from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'
import { type HeaderFields, headerFields } from '../headerFields.js'
import { RequestRefusedError } from '../httpErrors.js'
import { isUtf8Of } from '../mediaType.js'
import { countSocket } from '../socketBytes.js'
import { claimedProtocol } from './claimedProtocol.js'
import { HttpCall } from './HttpCall.js'
import { networkOf } from './networkOf.js'
import { ProofLine } from './ProofLine.js'
import { NDJSON, plainRefusal } from './plainReplies.js'
import { type BodyFault, BodyNotReadError, ByteBudget, readBody } from './readBody.js'
import {
  type HttpRequest,
  type Replies,
  type Reply,
  type ServerProtocol,
  sendReply,
  type VerifiedRequest,
} from './serverProtocol.js'

/** How an endpoint behaves. */
export interface HttpEndpointDetails {
  readonly host: AxonHost
  readonly protocols: readonly ServerProtocol[]
  readonly bodyMs: number
  readonly maxHeldBytes: number
}

const MALFORMED = { reason: 'malformedHttp', status: 'malformed' } as const
const JSON_TYPE = 'application/json'
const PROOFS_WAIT = 'Too many requests of this address wait to be proven.'
const PATH = /^\/([A-Za-z0-9._-]{1,64})$/
/** Words for faults of a body; the numbers are HTTP's own. */
const bodyReplies: Readonly<Record<BodyFault, readonly [httpStatus: number, message: string]>> = {
  tooLarge: [413, 'The body is too large.'],
  tooSlow: [408, 'The body did not come in time.'],
  tooManyBytes: [503, 'Too many bytes are held already.'],
  encoded: [415, 'Bodies are taken as they are, not compressed.'],
  cut: [400, 'The body was cut.'],
}

/** Takes requests without upgrade: proves each, and hands its call to the axon. */
export class HttpEndpoint {
  readonly #host: AxonHost
  readonly #protocols: readonly ServerProtocol[]
  readonly #bodyMs: number
  readonly #budget: ByteBudget
  readonly #meter: ByteMeter
  readonly #calls = new Set<HttpCall>()
  /** Responses to requests that nobody has been proven for. */
  readonly #unproven = new Set<ServerResponse>()
  /** How many requests of a connection have no answer that has gone out. */
  readonly #unanswered = new WeakMap<Socket, number>()
  readonly #proofs: ProofLine
  /** Whose the last request of a connection was, unless it was not proven. */
  readonly #lastCallers = new WeakMap<Socket, Hotkey>()

  constructor({ host, protocols, bodyMs, maxHeldBytes }: HttpEndpointDetails) {
    this.#host = host
    this.#protocols = protocols
    this.#bodyMs = bodyMs
    this.#budget = new ByteBudget(maxHeldBytes)
    this.#meter = host.bytesOf('http')
    this.#proofs = new ProofLine(host.limits.maxUnauthenticated)
  }

  /** Calls that are under way: over HTTP each request is proven by itself. */
  get callCount(): number {
    return this.#calls.size
  }

  get unprovenCount(): number {
    return this.#unproven.size
  }

  /** Ends every call and request. */
  close(): void {
    for (const call of [...this.#calls]) call.abandon()
    for (const response of [...this.#unproven]) response.destroy()
  }

  /** Handles one request; never rejects. */
  readonly onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => {})
    if (!this.#mayAskAhead(request, response)) return
    response.once('prefinish', () => this.#watchReading(response))
    const [oldest] = this.#unproven
    if (oldest !== undefined && this.#unproven.size >= this.#host.limits.maxUnauthenticated) {
      // A newer one takes the place of the oldest: slow ones lock nobody out.
      this.#unproven.delete(oldest)
      this.#host.refused({ reason: 'tooManyRequests', remote: remoteOf(oldest.req) })
      oldest.destroy()
    }
    this.#unproven.add(response)
    response.on('close', () => {
      this.#unproven.delete(response)
      countSocket(request.socket, this.#meter)
    })
    void this.#take(request, response).finally(() => this.#unproven.delete(response))
  }

  /** One connection sends no more ahead than it may have calls: a packet holds a thousand requests, which would push out all others'. */
  #mayAskAhead({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // What was read with the last one that was too many.
    if (socket.destroyed) return false
    const count = (this.#unanswered.get(socket) ?? 0) + 1
    if (count > this.#host.limits.maxCallsPerConnection) {
      this.#host.refused({ reason: 'connectionBusy', remote: remoteOf(response.req) })
      socket.destroy()
      return false
    }
    this.#unanswered.set(socket, count)
    response.once('close', () => this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 1) - 1))
    return true
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = headerFields(request.rawHeaders)
    const protocol = this.#protocolOf(fields)
    const refusal = protocol?.refusal ?? plainRefusal
    const wrong = wrongLine(request, fields)
    if (wrong !== undefined) {
      this.#turnAway(request, response, 'malformedHttp', refusal(...wrong))
      return
    }
    if (protocol === undefined) {
      this.#turnAway(
        request,
        response,
        'unsignedRequest',
        plainRefusal(401, 'The request is signed in no protocol that is spoken here.'),
      )
      return
    }
    let release = (): void => {}
    let bodyBytes = 0
    const body = async (): Promise<Uint8Array> => {
      const { limits, clock } = this.#host
      const bounds = { maxBytes: limits.maxFrameBytes, timeoutMs: this.#bodyMs, budget: this.#budget, clock }
      const read = await readBody(request, bounds)
      release = read.release
      bodyBytes = read.bytes.length
      return read.bytes
    }
    try {
      const { method = '', url: target = '' } = request
      const name = nameOf(request)
      const turn = (): Promise<void> | undefined => this.#turnOf(request)
      const asked: HttpRequest = { method, target, name, fields, remote: remoteOf(request), body, turn }
      const verified = await protocol.verify(asked, this.#host.synapseOf(name))
      this.#lastCallers.set(request.socket, verified.caller)
      if (response.destroyed) return
      this.#host.spend(verified.caller, bodyBytes)
      this.#begin({ asked, verified, protocol, response, bodyBytes })
    } catch (error) {
      this.#lastCallers.delete(request.socket)
      this.#onRefused(request, response, protocol, error)
    } finally {
      release()
    }
  }

  /**
   * A connection whose last request was of a caller with standing waits for nobody. All others' proofs have turns, by address: who signs rightly
   * with a key of no standing is a stranger, too.
   */
  #turnOf({ socket }: IncomingMessage): Promise<void> | undefined {
    const caller = this.#lastCallers.get(socket)
    if (caller !== undefined && this.#host.standingOf(caller) > 0) return undefined
    const turn = this.#proofs.enter(networkOf(socket.remoteAddress))
    if (turn === undefined) throw new RequestRefusedError({ refusal: 'tooMany', why: PROOFS_WAIT })
    return turn
  }

  /** An answer that has been given in full, and whose turn has come, is read in its time, or the connection ends. */
  #watchReading(response: ServerResponse): void {
    const { clock, limits } = this.#host
    const timer = clock.setTimer(() => {
      this.#host.refused({ reason: 'slowReader', remote: remoteOf(response.req) })
      response.destroy()
    }, limits.idleMs)
    response.once('close', () => timer.cancel())
  }

  /** What a request means to speak, when that is spoken here. */
  #protocolOf(fields: HeaderFields): ServerProtocol | undefined {
    const name = claimedProtocol(fields)
    return this.#protocols.find((protocol) => protocol.name === name)
  }

  #begin({ asked, verified, protocol, response, bodyBytes }: ProvenRequest): void {
    const host = this.#host
    const { fields, name, remote } = asked
    const { caller, bodySigned } = verified
    const synapse = host.synapseOf(name)
    const isStream = streamAsked(fields) ?? synapse?.kind === 'stream'
    const refusal = verified.refusal ?? unframed(response.req, isStream && !verified.replies.saysEnd)
    const replies =
      refusal === undefined ? verified.replies : refusing(verified.replies, protocol.refusal, refusal)
    const isHeld = host.requestBytes.enter(caller, bodyBytes)
    const call: HttpCall = new HttpCall({
      caller,
      bodySigned,
      remote,
      replies,
      response,
      maxBytes: host.limits.maxFrameBytes,
      keepsOpen: () => !host.isStopping(),
      onWritten: (written) => this.#onWritten(written),
      onOver: (over) => {
        this.#calls.delete(over)
        if (isHeld) host.requestBytes.leave(caller, bodyBytes)
      },
      onGone: (gone) => host.unread.forget(gone),
      onBytes: (bytes) => {
        host.spend(caller, bytes)
        countSocket(response.req.socket, this.#meter)
      },
      onSlow: () => host.refused({ reason: 'slowReader', remote, caller }),
    })
    this.#calls.add(call)
    this.#unproven.delete(response)
    const incoming: IncomingRequest = {
      kind: 'request',
      id: 0,
      isStream,
      synapse: name,
      timeoutMs: verified.timeoutMs ?? host.limits.maxCallMs,
      credit: isStream ? MAX_STREAM_CREDIT : 0,
      body: verified.request,
      requestId: sound(fields.get('x-request-id'), isRequestId),
      traceparent: sound(fields.get('traceparent'), isTraceparent),
    }
    const options = { requestBytes: bodyBytes, ...(refusal && { refusal: MALFORMED }) }
    if (isHeld) call.start(host.accept(incoming, call, options))
    else host.refuse(incoming, call, { reason: 'requestBytesFull', status: 'overloaded' })
  }

  #onWritten(call: HttpCall): void {
    if (call.unreadBytes > this.#host.limits.maxUnreadBytes) call.dropAsSlow()
    else this.#host.unread.note(call)
  }

  #onRefused(
    request: IncomingMessage,
    response: ServerResponse,
    protocol: ServerProtocol,
    cause: unknown,
  ): void {
    if (cause instanceof BodyNotReadError) {
      const [httpStatus, message] = bodyReplies[cause.fault]
      this.#turnAway(request, response, 'bodyNotRead', protocol.refusal(httpStatus, message), cause)
    } else if (cause instanceof RequestRefusedError) {
      const { httpStatus, shortMessage } = cause
      const proven = httpStatus === 400 ? 'malformedHttp' : 'badRequestSignature'
      const reason = shortMessage === PROOFS_WAIT ? 'tooManyRequests' : proven
      this.#turnAway(request, response, reason, protocol.refusal(httpStatus, shortMessage), cause)
    } else {
      // Pins that name no scheme, or a store that forgets too soon: the owner's mistake, of which callers learn nothing.
      const isOwners = cause instanceof InvalidArgumentError
      const reason = isOwners ? 'badRequestSignature' : 'malformedHttp'
      this.#turnAway(request, response, reason, protocol.refusal(500, 'Internal Server Error'), cause)
    }
  }

  /** What is left of a body is not read: the connection goes with the answer. */
  #turnAway(
    request: IncomingMessage,
    response: ServerResponse,
    reason: RefusalReason,
    reply: Reply,
    cause?: unknown,
  ): void {
    this.#host.refused({ reason, remote: remoteOf(request), cause })
    if (response.destroyed) return
    const isRead = request.complete
    sendReply(response, reply, isRead && !this.#host.isStopping())
    if (!isRead) response.once('finish', () => request.socket.destroySoon())
  }
}

/** A request whose caller is proven. */
interface ProvenRequest {
  readonly asked: HttpRequest
  readonly verified: VerifiedRequest
  readonly protocol: ServerProtocol
  readonly response: ServerResponse
  /** Of its body, as it came, which count as held until its last word. */
  readonly bodyBytes: number
}

/** A stream that would end alike whether it was whole or cut. */
function unframed({ httpVersion }: IncomingMessage, isAsked: boolean): RequestRefusedError | undefined {
  if (!isAsked || httpVersion !== '1.0') return undefined
  const why = 'A stream of this protocol needs HTTP/1.1: by HTTP/1.0 one that was cut ends like a whole one.'
  return new RequestRefusedError({ refusal: 'malformed', httpStatus: 505, why })
}

/** Replies that say what is wrong with the request where they would say that it is malformed. */
function refusing(
  replies: Replies,
  replyOf: ServerProtocol['refusal'],
  { httpStatus, shortMessage }: RequestRefusedError,
): Replies {
  const failure: Replies['failure'] = (status, unhandled) =>
    status === MALFORMED.status ? replyOf(httpStatus, shortMessage) : replies.failure(status, unhandled)
  return { ...replies, failure }
}

/** Requests and sessions as one endpoint of an axon. */
export function axonEndpointOf(requests: HttpEndpoint, sessions: AxonEndpoint): AxonEndpoint {
  return {
    address: sessions.address,
    get connectionCount() {
      return sessions.connectionCount
    },
    get unauthenticatedCount() {
      return requests.unprovenCount + sessions.unauthenticatedCount
    },
    get callCount() {
      return requests.callCount + sessions.callCount
    },
    drain: () => sessions.drain(),
    close: () => {
      requests.close()
      sessions.close()
    },
  }
}

function wrongLine(request: IncomingMessage, fields: HeaderFields): readonly [number, string] | undefined {
  if (request.method !== 'POST') return [405, 'Method Not Allowed']
  if (nameOf(request) === '') return [404, 'Not Found']
  if (!isUtf8Of(fields.get('content-type'), JSON_TYPE))
    return [415, 'The content type has to be application/json.']
  return undefined
}

/** The synapse that the path names; a query is the protocol's own affair. */
function nameOf(request: IncomingMessage): string {
  const [path = ''] = (request.url ?? '').split('?', 1)
  return PATH.exec(path)?.[1] ?? ''
}

/** Whether a caller that says what it reads, and reads one of the two alone, asks for a stream. */
function streamAsked(fields: HeaderFields): boolean | undefined {
  const accepted = fields.get('accept')
  if (isUtf8Of(accepted, NDJSON)) return true
  return isUtf8Of(accepted, JSON_TYPE) ? false : undefined
}

function sound(
  value: string | null | undefined,
  isSound: (value: unknown) => value is string,
): string | undefined {
  return isSound(value) ? value : undefined
}

function remoteOf({ socket }: IncomingMessage): string {
  return `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`
}
