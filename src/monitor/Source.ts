import type { Samples } from './Samples.js'

/** Whether one thing about a watched part is as it should be. */
export interface ReadinessCheck {
  /** What its owner watches it by; for directories and checks of the owner's own, what they were given as. */
  readonly name: string
  /** What was looked at. */
  readonly check: string
  readonly status: 'ok' | 'failed'
  /** One sentence; only where it failed. */
  readonly reason?: string
}

/** Something that is watched: read when a scrape comes, never before. */
export interface Source {
  /** Says what it has counted. Synchronous, so that all of one scrape is of one instant. */
  write(samples: Samples): void
  /** Whether it can do its work now; bounded by the signal. */
  check(signal: AbortSignal): Promise<readonly ReadinessCheck[]>
  /** Takes its listeners back. */
  close(): void | Promise<void>
}

/** A check that holds, or fails for a reason. */
export function checkOf(name: string, check: string, reason: string | undefined): ReadinessCheck {
  return reason === undefined ? { name, check, status: 'ok' } : { name, check, status: 'failed', reason }
}
