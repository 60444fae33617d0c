import { onAbort } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'

/**
 * Waits for a promise, or for the signal, whichever comes first. The work itself goes on.
 *
 * @throws AbortedError when the signal is aborted before or during the wait.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new AbortedError({ what, cause: signal.reason }))
    if (signal.aborted) {
      promise.catch(() => {})
      abort()
      return
    }
    const forget = onAbort(signal, abort)
    promise.then(resolve, reject).finally(forget)
  })
}
