import { assert } from '../errors/index.js'

/** An element that must be there. @throws InvariantError when it is not. */
export function itemAt<T>(list: ArrayLike<T | undefined>, index: number): T {
  const item = list[index]
  if (item === undefined) assert(false, `nothing at ${index} of ${list.length}`)
  return item
}
