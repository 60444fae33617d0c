import type { Samples } from './Samples.js'

/** Requests that the endpoints of one monitor answered, by path and code, both of closed sets. */
export class RequestCounts {
  readonly #counts = new Map<string, { readonly path: string; readonly code: string; count: number }>()

  add(path: string, code: number): void {
    const key = `${path} ${code}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { path, code: String(code), count: 1 })
    else known.count++
  }

  write(samples: Samples): void {
    for (const { path, code, count } of this.#counts.values())
      samples.add('subnetkit_monitor_requests_total', { path, code }, count)
  }
}

const counts = new WeakMap<object, RequestCounts>()

/** The counts of a monitor, which its endpoints write to and it reads; none of its users does either. */
export function requestCountsOf(monitor: object): RequestCounts {
  let own = counts.get(monitor)
  if (own === undefined) {
    own = new RequestCounts()
    counts.set(monitor, own)
  }
  return own
}
