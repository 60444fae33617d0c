/**
 * Lets everything go on that waits for nothing: all promises that are settled have been acted upon when this one is. A macrotask starts only when microtasks are drained.
 *
 * @example
 * ```ts
 * import { drainMicrotasks } from 'subnetkit/clock'
 *
 * await drainMicrotasks()
 * ```
 */
export function drainMicrotasks(): Promise<void> {
  // Browsers have no `setImmediate`.
  const { setImmediate: soon = (resolve: () => void) => setTimeout(resolve, 0) } = globalThis
  return new Promise((resolve) => void soon(resolve))
}
