import { AxonEmitter, type FailedEvent, type RefusalReason, type RefusedEvent } from './events.js'

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
  /** Calls that were let in and ended otherwise than by an answer, by what the caller was told. */
  readonly failed: Readonly<Partial<Record<FailedEvent['status'], number>>>
  /** Connections and calls turned away, by reason. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>
  /** Event listeners dropped because they threw. */
  readonly listenersDropped: number
}

/** Counts and tells what happens. */
export class AxonLog {
  readonly events = new AxonEmitter()
  connectionsAccepted = 0
  callsReceived = 0
  callsAnswered = 0
  readonly #failed: Partial<Record<FailedEvent['status'], number>> = {}
  readonly #refused: Partial<Record<RefusalReason, number>> = {}

  refused(event: RefusedEvent): void {
    this.#refused[event.reason] = (this.#refused[event.reason] ?? 0) + 1
    this.events.emit('refused', event)
  }

  failed(event: FailedEvent): void {
    this.#failed[event.status] = (this.#failed[event.status] ?? 0) + 1
    this.events.emit('failed', event)
  }

  /** A copy that later events do not change. */
  snapshot(
    now: Pick<AxonCounters, 'connectionsOpen' | 'unauthenticatedOpen' | 'callsRunning' | 'callsQueued'>,
  ): AxonCounters {
    return {
      ...now,
      connectionsAccepted: this.connectionsAccepted,
      callsReceived: this.callsReceived,
      callsAnswered: this.callsAnswered,
      failed: { ...this.#failed },
      refused: { ...this.#refused },
      listenersDropped: this.events.listenersDropped,
    }
  }
}
