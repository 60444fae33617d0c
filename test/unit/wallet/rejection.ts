import { expect } from 'vitest'

/** The error that a promise rejects with, which must be of this class. */
export async function rejection<E extends Error>(
  work: Promise<unknown>,
  kind: abstract new (...args: never[]) => E,
): Promise<E> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  expect(outcome).toHaveProperty('error')
  const thrown = (outcome as { error: unknown }).error
  expect(thrown).toBeInstanceOf(kind)
  return thrown as E
}
