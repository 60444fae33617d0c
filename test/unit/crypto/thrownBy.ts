import { expect } from 'vitest'

/** The error that `work` throws, which must be of this class. */
export function thrownBy<E extends Error>(
  work: () => unknown,
  kind: abstract new (...args: never[]) => E,
): E {
  let thrown: unknown
  try {
    work()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(kind)
  return thrown as E
}
