/**
 * Sleeps until a flag is no longer 0. Being woken is not enough: whoever sets a flag wakes its thread a moment later, and by then that thread may be waiting for the next
 * answer already.
 *
 * @param flag - its first element, which another thread sets before it notifies.
 */
export function untilSet(flag: Int32Array): void {
  while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0)
}
