import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { type Clock, elapsedOf, onAbort, type Timer } from '../../clock/index.js'
import {
  type Failure,
  type FailureStatus,
  failureOf,
  type TransportAnswer,
  type TransportCall,
} from '../../dendrite/index.js'
import { statusTable } from '../../synapse/index.js'
import type { ByteMeter } from '../../transport/index.js'
import { UNHANDLED_HEADER } from '../server/plainReplies.js'
import { countSocket } from '../socketBytes.js'
import type { ClientProtocol } from './clientProtocol.js'
import type { Lane, LaneRefusal, Lanes } from './Lanes.js'

/** What every exchange needs. */
export interface ExchangeServices {
  readonly lanes: Lanes
  readonly clock: Clock
  readonly protocol: ClientProtocol
  readonly dialMs: number
  readonly maxRequestBytes: number
  readonly meter: ByteMeter
}

/** Bytes of a response's headers; one of ML-DSA would need 16 KiB, of which a server sends none. */
const MAX_HEADER_BYTES = 16_384

/** Server statuses beside those of the status table. */
const further: Readonly<Record<number, FailureStatus>> = {
  402: 'forbidden',
  405: 'malformed',
  408: 'timeout',
  411: 'malformed',
  415: 'malformed',
  422: 'malformed',
  431: 'tooLarge',
  502: 'unreachable',
}

/** Server statuses that no handler of any known server stands behind. */
const beforeHandler = new Set([401, 403, 404, 405, 411, 415, 431])

/** How an exchange ended before there was a response to read. */
export type ExchangeEnd = Exclude<TransportAnswer, { kind: 'answer' }>

/**
 * One request and its response: a lane, a deadline, the caller's signal, one end. It ends at once for whoever waits, by `ended`, and what
 * it held is let go.
 */
export class HttpExchange {
  readonly call: TransportCall
  /** Resolves with the failure, if there is one, at any time until `finish`. */
  readonly ended: Promise<ExchangeEnd>
  readonly #services: ExchangeServices
  readonly #onClosed: () => void
  #resolveEnded!: (end: ExchangeEnd) => void
  #lane: Lane | undefined
  #request: ClientRequest | undefined
  #timer: Timer | undefined
  #dialTimer: Timer | undefined
  #unlisten: (() => void) | undefined
  #giveUpWaiting: (() => void) | undefined
  #isOver = false
  #hasLeft = false

  constructor(call: TransportCall, services: ExchangeServices, onClosed: () => void) {
    this.call = call
    this.#services = services
    this.#onClosed = onClosed
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** The response once its headers have come and say that there is something to read; `undefined` when the exchange has ended. */
  async start(): Promise<IncomingMessage | undefined> {
    const { signal, startedAtMs, timeoutMs } = this.call
    const { clock } = this.#services
    if (signal?.aborted) {
      this.fail(failureOf('cancelled', true))
      return undefined
    }
    if (signal !== undefined) this.#unlisten = onAbort(signal, () => this.#failNow('cancelled'))
    const leftMs = startedAtMs + timeoutMs - elapsedOf(clock)
    this.#timer = clock.setTimer(() => this.#failNow('timeout'), Math.max(0, leftMs))
    const lane = await this.#takeLane()
    if (lane === undefined || this.#isOver) {
      if (lane !== undefined) this.#services.lanes.give(lane, true)
      return undefined
    }
    this.#lane = lane
    try {
      return await this.#send(lane)
    } catch (error) {
      this.#end({ kind: 'unencodable', error }, true)
      return undefined
    }
  }

  /** The exchange ends as a failure; whoever is at the other end may still be at it. */
  fail(failure: Failure): void {
    this.#end({ kind: 'failed', failure }, false)
  }

  /** The dendrite is closed. */
  abandon(): void {
    this.#failNow('unreachable')
  }

  /** All was read, or the reader wants no more. @param isRead - whether the connection may be used again. */
  finish(isRead: boolean): void {
    this.#letGo(isRead)
  }

  #failNow(status: FailureStatus): void {
    this.fail(failureOf(status, !this.#hasLeft))
  }

  async #takeLane(): Promise<Lane | undefined> {
    const lane = await this.#services.lanes.take(this.call.target, (giveUp) => {
      this.#giveUpWaiting = giveUp
    })
    if (typeof lane !== 'string') return lane
    const reasons: Readonly<Record<LaneRefusal, Failure>> = {
      tooManyLanes: {
        status: 'overloaded',
        reason: 'All connections that may be held are in use.',
        unhandled: true,
      },
      tooManyWaiting: {
        status: 'overloaded',
        reason: 'Too many calls wait for this server.',
        unhandled: true,
      },
      closed: failureOf('unreachable', true),
    }
    this.fail(reasons[lane])
    return undefined
  }

  async #send(lane: Lane): Promise<IncomingMessage | undefined> {
    const { clock, protocol, dialMs, maxRequestBytes } = this.#services
    const { synapse, target, startedAtMs, timeoutMs } = this.call
    const leftMs = Math.max(1, startedAtMs + timeoutMs - elapsedOf(clock))
    const { headers, body } = await protocol.draft(this.call, lane, leftMs)
    if (this.#isOver) return undefined
    if (body.length > maxRequestBytes) {
      this.fail({
        ...failureOf('tooLarge', true),
        reason: 'The request exceeds the largest message, and never left.',
      })
      return undefined
    }
    return await new Promise((resolve) => {
      const request = httpRequest({
        agent: lane.agent,
        host: target.host,
        port: target.port,
        method: 'POST',
        path: `/${synapse.name}`,
        maxHeaderSize: MAX_HEADER_BYTES,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': String(body.length),
          // Chunks of a stream are read as they come.
          'accept-encoding': synapse.kind === 'stream' ? 'identity' : 'gzip, deflate',
        },
      })
      this.#request = request
      this.#dialTimer = clock.setTimer(() => {
        if (!this.#hasLeft) this.#failNow('timeout')
      }, dialMs)
      request.on('socket', (socket) => {
        const leave = (): void => {
          this.#hasLeft = true
          this.#dialTimer?.cancel()
        }
        if (socket.connecting) socket.once('connect', leave)
        else leave()
      })
      request.on('response', (response) => resolve(this.#onResponse(response)))
      request.on('upgrade', (_response, socket) => {
        socket.destroy()
        this.fail(failureOf('malformed', false))
      })
      request.on('error', (error) => {
        this.#onError(error)
        resolve(undefined)
      })
      void this.ended.then(() => resolve(undefined))
      request.end(body)
    })
  }

  #onResponse(response: IncomingMessage): IncomingMessage | undefined {
    if (this.#isOver) return undefined
    const { statusCode = 0, headers } = response
    // Servers of `bt_header` say it a second time, and only this one counts for their own callers.
    const said = headers.bt_header_axon_status_code
    const status =
      statusCode === 200 && typeof said === 'string' && /^[1-5]\d\d$/.test(said) ? Number(said) : statusCode
    if (status === 200) return response
    this.fail(failureOfHttp(status, headers[UNHANDLED_HEADER] === '1'))
    return undefined
  }

  #onError(error: Error): void {
    if (this.#isOver) return
    const { code } = error as NodeJS.ErrnoException
    if (code === 'HPE_HEADER_OVERFLOW') this.fail(failureOf('tooLarge', false))
    else if (code?.startsWith('HPE_')) this.fail(failureOf('malformed', false))
    else if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_URL')
      this.#end({ kind: 'unencodable', error }, true)
    else this.#failNow('unreachable')
  }

  #end(end: ExchangeEnd, isUsable: boolean): void {
    if (this.#isOver) return
    this.#resolveEnded(end)
    this.#letGo(isUsable && !this.#hasLeft)
  }

  #letGo(isUsable: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#timer?.cancel()
    this.#dialTimer?.cancel()
    this.#unlisten?.()
    this.#giveUpWaiting?.()
    this.#request?.on('error', () => {})
    const socket = this.#request?.socket
    if (socket != null) countSocket(socket, this.#services.meter)
    if (!isUsable) this.#request?.destroy()
    if (this.#lane !== undefined) this.#services.lanes.give(this.#lane, isUsable)
    this.#onClosed()
  }
}

/** What a server's HTTP status means. Redirects are not followed: a request is signed for one server. */
export function failureOfHttp(httpStatus: number, saysUnhandled: boolean): Failure {
  const unhandled = saysUnhandled || beforeHandler.has(httpStatus)
  if (httpStatus >= 300 && httpStatus < 400)
    return {
      ...failureOf('malformed', false),
      reason: 'The server answered with a redirect, which is not followed.',
    }
  const named = Object.entries(statusTable).find(([, { http }]) => http === httpStatus)
  const status = (named?.[0] as FailureStatus | undefined) ?? further[httpStatus] ?? otherStatus(httpStatus)
  const failure = failureOf(status, unhandled)
  return { ...failure, reason: `${failure.reason} The server answered with HTTP status ${httpStatus}.` }
}

function otherStatus(httpStatus: number): FailureStatus {
  if (httpStatus >= 500) return 'failed'
  return 'malformed'
}
