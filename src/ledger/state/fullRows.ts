/*
 * Rows of weights that name every neuron, from the first to the last, as most validators' do: all of a length share one list.
 */

/** By length, while anybody has it. */
const SHARED = new Map<number, WeakRef<Uint16Array>>()

/** Lists up to this length are not shared: they are as small as what would refer to another one. */
const SHORT = 32

/** The numbers below `n`, ascending. Shared: never to be changed. */
export function fullRow(n: number): Uint16Array {
  const known = SHARED.get(n)?.deref()
  if (known !== undefined) return known
  const uids = Uint16Array.from({ length: n }, (_, uid) => uid)
  if (n > SHORT) SHARED.set(n, new WeakRef(uids))
  return uids
}

/** Whether a list is that of the numbers below its length. PERF: nothing where it is the shared one. */
export function isFullRow(uids: Uint16Array): boolean {
  const { length } = uids
  if (length > SHORT && SHARED.get(length)?.deref() === uids) return true
  for (let at = 0; at < length; at++) if (uids[at] !== at) return false
  return true
}
