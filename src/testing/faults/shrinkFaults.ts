import { check, func } from '../../checks/index.js'
import { checkFaults } from './faultShapes.js'
import type { Fault } from './types.js'

/**
 * A shorter list of faults that still fails: parts of it are left out, halves first, for as long as the rest fails. No fault of the list that comes
 * out can be left out by itself.
 *
 * @param fails - runs the program with a list of faults, everything else as before, and tells whether it failed.
 * @throws InvalidArgumentError for what is no list of faults, or no function.
 * @throws What `fails` throws.
 * PERF: at most about n² runs for n faults, mostly far fewer.
 *
 * @example
 * ```ts
 * import { type Fault, shrinkFaults } from 'subnetkit/testing'
 *
 * const faults: Fault[] = [{ kind: 'delay', delayMs: 5 }, { kind: 'refuse' }]
 * const shortest = await shrinkFaults(faults, async (some) => some.some(({ kind }) => kind === 'refuse'))
 * shortest.length // 1
 * ```
 */
export async function shrinkFaults(
  faults: readonly Fault[],
  fails: (faults: readonly Fault[]) => Promise<boolean>,
): Promise<readonly Fault[]> {
  checkFaults(faults)
  check('fails', func, fails)
  let left: readonly Fault[] = faults
  for (let size = Math.ceil(left.length / 2); size >= 1; ) {
    const before = left.length
    for (let at = 0; at < left.length; ) {
      const fewer = [...left.slice(0, at), ...left.slice(at + size)]
      if (await fails(fewer)) left = fewer
      else at += size
    }
    // Single ones again, until none of them can go.
    if (size > 1) size = Math.floor(size / 2)
    else if (left.length === before) break
  }
  return left
}
