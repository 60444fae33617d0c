import { onAbort } from './onAbort.js'

/**
 * Those who wait for the next change of something, such as a new block. Whoever changes it wakes them all; each then looks for
 * itself whether it has what it waits for.
 *
 * @example
 * ```ts
 * import { WaitList } from 'subnetkit/clock'
 *
 * const changes = new WaitList()
 * const queue: number[] = []
 * const next = async (): Promise<number> => {
 *   for (;;) {
 *     const first = queue.shift()
 *     if (first !== undefined) return first
 *     await changes.wait()
 *   }
 * }
 * const waiting = next()
 * queue.push(7)
 * changes.wake()
 * await waiting // 7
 * ```
 */
export class WaitList {
  readonly #waiters = new Set<() => void>()

  /**
   * Resolves when all are woken next, or when the signal is aborted; at once when it is already. Never rejects for an abort.
   *
   * @throws InvalidArgumentError, as a rejection, for what is no signal.
   * PERF: constant, however many wait.
   */
  wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let forget: (() => void) | undefined
      const wake = (): void => {
        this.#waiters.delete(wake)
        forget?.()
        resolve()
      }
      if (signal !== undefined) forget = onAbort(signal, wake)
      if (!signal?.aborted) this.#waiters.add(wake)
    })
  }

  /** Wakes all who wait now, in the order in which they came. */
  wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }
}
