/** A call that failed. */
export interface FailedCall {
  readonly server: number
  readonly fromMs: number
  readonly toMs: number
}
/** When a process was down; `server` is missing for a client. */
export interface Outage {
  readonly server?: number | undefined
  readonly fromMs: number
  readonly toMs: number
}
export function unexplained<Call extends FailedCall>(
  failures: readonly Call[],
  outages: readonly Outage[],
): { readonly explained: number; readonly others: readonly Call[] }

/** Means, and by how much the second is more. */
export interface Growth {
  readonly firstMib: number
  readonly restMib: number
  readonly percent: number
}
export function memoryGrowth(
  samples: readonly { readonly atMs: number; readonly heapBytes: number; readonly rssBytes: number }[],
  spanMs: number,
): { readonly samples: number; readonly heap: Growth; readonly rss: Growth }
