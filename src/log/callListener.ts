import { check, func } from '../checks/index.js'

/**
 * Calls a function that somebody listens with: what it throws, or its promise rejects with, goes to `failed` and nowhere else.
 *
 * @param failed - must not throw.
 * @throws InvalidArgumentError for what is no function.
 *
 * @example
 * ```ts
 * import { callListener } from 'subnetkit/log'
 *
 * declare const onEvent: (event: string) => unknown
 * callListener(() => onEvent('served'), (thrown) => console.error('onEvent threw', thrown))
 * ```
 */
export function callListener(call: () => unknown, failed: (thrown: unknown) => void): void {
  if (typeof call !== 'function' || typeof failed !== 'function') {
    check('call', func, call)
    check('failed', func, failed)
  }
  try {
    const told = call()
    if (told instanceof Promise) told.catch(failed)
  } catch (thrown) {
    failed(thrown)
  }
}
