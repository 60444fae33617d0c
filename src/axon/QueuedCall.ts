import type { Hotkey } from '../units/index.js'

/** Why a call lost its place in the queue: to one of higher priority, or because it waited too long for its answer to be in time. */
export type LostPlace = 'displaced' | 'shed'

/** Work that wants one of the places. */
export interface QueuedCall {
  readonly caller: Hotkey
  /** Whether it may have the places that are kept. */
  readonly hasStanding: boolean
  /** Higher goes first; equal ones in order of arrival. */
  readonly priority: number
  /** When it has to begin, on the queue's clock; after that it is no use to wait. */
  readonly latestBeginMs: number
  /** It has a place now, until `leave`. */
  begin(): void
  /** It lost its place in the queue. */
  lost(why: LostPlace): void
}
