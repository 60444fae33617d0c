import { check, plainObject, text } from '../checks/index.js'
import type { Fault } from '../log/index.js'
import type { RefusalReason, RefusedEvent } from './events.js'

/**
 * What a person should know of limits of an axon that were met, by reason: what is the caller's own affair, such as a malformed request or too many
 * connections of one caller, is not among it.
 */
const sentences: Readonly<Partial<Record<RefusalReason, string>>> = {
  tooManyConnections:
    'The axon turns connections away: as many are open as limits.maxConnections allows, each with calls under way. Raise it, or see who holds them.',
  pushedOut:
    'Connections without calls, or in their handshake, give way to newer ones: more come than limits.maxConnections and limits.maxUnauthenticated allow. Raise them, or see who comes.',
  admittingFull:
    'Calls are refused as overloaded while hooks and schemas look at as many as limits.maxAdmitting and limits.maxAdmittingPerCaller allow. Make hooks faster, or give what they wait for a time-out.',
  queueFull:
    'Calls are refused as overloaded: as many wait for a handler as limits.maxQueued and limits.maxQueuedPerCaller allow. Answer faster, or raise limits.maxRunning where the machine has room.',
  displaced:
    'Calls that wait are refused as overloaded for others of higher priority: as many wait as limits.maxQueued allows. Answer faster, or raise limits.maxRunning where the machine has room.',
  requestBytesFull:
    'Calls are refused as overloaded: the requests that are held have as many bytes as limits.maxRequestBytes and limits.maxRequestBytesPerCaller allow. Answer faster, or raise them where there is memory.',
  tooManyRequests:
    'Requests over HTTP are refused as overloaded: as many wait to be proven as the transport allows. Raise its limit where there are cores to spare, or see who sends them.',
  shed: 'Calls that wait are refused as overloaded, since an answer would come too late for them. Answer faster, or raise limits.maxRunning where the machine has room.',
}

/**
 * What a refusal tells a person when a limit of the axon's own is the reason: the limit, and what to do. `undefined` for every other
 * refusal. An `Axon` says it through its `logger`.
 *
 * @throws InvalidArgumentError for what is no event.
 *
 * @example
 * ```ts
 * import { Axon, limitLine } from 'subnetkit/axon'
 *
 * declare const axon: Axon
 * axon.on('refused', (event) => {
 *   const line = limitLine(event)
 *   if (line !== undefined) console.warn(line.message)
 * })
 * ```
 */
export function limitLine(
  event: Pick<RefusedEvent, 'reason' | 'synapse' | 'caller' | 'requestId'>,
): Fault | undefined {
  check('event', plainObject, event)
  const { reason, synapse, caller, requestId } = event
  check('event.reason', text({ min: 1 }), reason)
  const message = Object.hasOwn(sentences, reason) ? sentences[reason] : undefined
  if (message === undefined) return undefined
  return { cause: `axon limit ${reason}`, message, fields: { synapse, caller, requestId }, level: 'warn' }
}
