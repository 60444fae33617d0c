import { type Check, durationMs, optional, shape, wholeNumber } from '../checks/index.js'

/** How much may come in an interval. What is left over is kept, up to one interval's worth, which may then come at once. */
export interface Quota {
  readonly calls?: number
  /** Of requests and answers together, as they travel. An answer is counted when it has been sent, so the next call may have to wait for it. */
  readonly bytes?: number
  readonly intervalMs: number
}

/** How much an axon lets callers ask; what exceeds it is refused as `overloaded`, with the reason `quota`. */
export interface AxonQuotas {
  /** What each caller may ask, calls that are refused included. */
  readonly perCaller?: Quota
  /**
   * What all callers together may ask: calls that the hooks let in, and bytes of every call. A part (`limits.reservedPercent`) is kept for callers with
   * standing, which nothing that strangers send or are sent takes from. What is refilled goes to that part first: while callers with standing ask for
   * more than it, they come before strangers, up to all of `total`.
   */
  readonly total?: Quota
  /**
   * Callers whose use is remembered. Default 65,536. Identities cost nothing, so the table is bounded: whoever asked least lately is forgotten, and has
   * its whole allowance again when it comes back. That gives nobody more than it gets from as many new identities; what holds those is `total`.
   */
  readonly maxCallers?: number
}

export const DEFAULT_MAX_CALLERS = 65_536

const quotaShape = shape<Quota>({
  calls: optional(wholeNumber({ min: 1 })),
  bytes: optional(wholeNumber({ min: 1 })),
  intervalMs: durationMs({ min: 1 }),
})

export const axonQuotasShape: Check = shape<AxonQuotas>({
  perCaller: optional(quotaShape),
  total: optional(quotaShape),
  maxCallers: optional(wholeNumber({ min: 1 })),
})
