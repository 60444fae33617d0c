import type { CallResult, Status } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'

/**
 * Why a miner was asked.
 *
 * - `first`: it was chosen first.
 * - `retry`: the one before failed in a way that allows it.
 * - `hedge`: the one before took longer than nearly all its answers do; it goes on beside this one.
 * - `stalled`: the one before was silent for a quarter of the time that was left.
 */
export type AttemptKind = 'first' | 'retry' | 'hedge' | 'stalled'

/** One miner that was asked. */
export interface Attempt {
  readonly hotkey: Hotkey
  readonly kind: AttemptKind
  /** How it ended; `abandoned` where another one's answer, or the caller, ended it. */
  readonly status: Status | 'abandoned'
  /** From the beginning of the call to that of the attempt. */
  readonly startedMs: number
  readonly elapsedMs: number
}

/** How a call through a router ended: like that of a dendrite, and whom it asked. */
export type RoutedResult<Answer> = CallResult<Answer> & {
  /** In the order in which they ended. */
  readonly attempts: readonly Attempt[]
  /** Who answered; only with `ok`. */
  readonly hotkey?: Hotkey
}

/** A run of a stream that one miner gave. */
export interface StreamPart {
  readonly hotkey: Hotkey
  /** Chunks of it that were delivered. */
  readonly chunks: number
  /** How it ended; `open` while it goes on, `abandoned` where its reader, or another miner that was quicker to begin, ended it. */
  readonly status: Status | 'open' | 'abandoned'
}
