import { Emitter, FaultLog, type Logger } from '../log/index.js'
import type { ByteCounts } from '../transport/index.js'
import type { HookName } from './axonErrors.js'
import { axonFault } from './axonFault.js'
import {
  AXON_EVENTS,
  type AxonEvents,
  type FailedEvent,
  type FaultEvent,
  type RefusalReason,
  type RefusedEvent,
} from './events.js'
import { limitLine } from './limitLine.js'

/** What an axon has counted since it was made, and what it holds now. */
export interface AxonCounters {
  /** Connections whose caller was proven. */
  readonly connectionsAccepted: number
  readonly connectionsOpen: number
  readonly unauthenticatedOpen: number
  /** Calls that came, refused ones included. */
  readonly callsReceived: number
  readonly callsAnswered: number
  readonly callsRunning: number
  readonly callsQueued: number
  /** Calls that hooks and schemas look at, those that are over included. */
  readonly callsAdmitting: number
  /** Callers whose use of their quota is remembered. */
  readonly callersRemembered: number
  /** Calls that are over while their handler or a hook goes on, which holds its place. */
  readonly callsOverrunning: number
  /** Calls that were let in and ended otherwise than by an answer, by what the caller was told. */
  readonly failed: Readonly<Partial<Record<FailedEvent['status'], number>>>
  /** Connections and calls turned away, by reason. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>
  /** Bytes that went over the wire, by kind of transport: `session`, `http`. */
  readonly bytes: Readonly<Record<string, ByteCounts>>
  /** Event listeners dropped because they threw. */
  readonly listenersDropped: number
}

/** The hook that is at fault when a refusal has a cause. */
const hookOf: Partial<Record<RefusalReason, HookName>> = {
  blacklisted: 'blacklist',
  notVerified: 'verify',
  noPriority: 'priority',
}

/** Counts and tells what happens. */
export class AxonLog {
  readonly events = new Emitter<AxonEvents>(AXON_EVENTS, (cause) => this.fault({ part: 'listener', cause }))
  connectionsAccepted = 0
  callsReceived = 0
  callsAnswered = 0
  callsOverrunning = 0
  readonly #faults: FaultLog
  readonly #failed: Partial<Record<FailedEvent['status'], number>> = {}
  readonly #refused: Partial<Record<RefusalReason, number>> = {}

  constructor(logger: Logger) {
    this.#faults = new FaultLog(logger)
  }

  refused(event: RefusedEvent): void {
    this.#refused[event.reason] = (this.#refused[event.reason] ?? 0) + 1
    this.events.emit('refused', event)
    const line = limitLine(event)
    if (line !== undefined) this.#faults.report(line)
    const part = hookOf[event.reason]
    if (part !== undefined && event.cause !== undefined)
      this.fault({ ...callOf(event), part, cause: event.cause })
  }

  /** Something that the axon was given is wrong. */
  fault(event: FaultEvent): void {
    this.#faults.report(axonFault(event))
    this.events.emit('fault', event)
  }

  /** Says how often each fault came. */
  sayFaults(): void {
    this.#faults.close()
  }

  /** `part`: what is at fault when there is a cause; `null` where the failure is another server's. */
  failed(event: FailedEvent, part: FaultEvent['part'] | null): void {
    this.#failed[event.status] = (this.#failed[event.status] ?? 0) + 1
    this.events.emit('failed', event)
    if (part !== null && (event.cause !== undefined || event.status === 'failed'))
      this.fault({ ...callOf(event), part, cause: event.cause })
  }

  /** A copy that later events do not change. */
  snapshot(
    now: Pick<
      AxonCounters,
      | 'connectionsOpen'
      | 'unauthenticatedOpen'
      | 'callsRunning'
      | 'callsQueued'
      | 'callsAdmitting'
      | 'callersRemembered'
      | 'bytes'
    >,
  ): AxonCounters {
    return {
      ...now,
      connectionsAccepted: this.connectionsAccepted,
      callsReceived: this.callsReceived,
      callsAnswered: this.callsAnswered,
      callsOverrunning: this.callsOverrunning,
      failed: { ...this.#failed },
      refused: { ...this.#refused },
      listenersDropped: this.events.listenersDropped,
    }
  }
}

function callOf(event: RefusedEvent | FailedEvent): Pick<FaultEvent, 'synapse' | 'caller' | 'requestId'> {
  const { synapse, caller, requestId } = event
  return {
    ...(synapse === undefined ? {} : { synapse }),
    ...(caller === undefined ? {} : { caller }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}
