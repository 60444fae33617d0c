import type { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What an asynchronous program carries along through its awaits. Node hands it out itself: an import would keep browsers, which
 * have nothing of the kind, from loading this room; there nothing is carried.
 *
 * @example
 * ```ts
 * import { AsyncContext } from 'subnetkit/clock'
 *
 * const name = new AsyncContext<string>()
 * name.run('ann', async () => {
 *   await Promise.resolve()
 *   name.current // 'ann'
 * })
 * ```
 */
export class AsyncContext<T> {
  readonly #storage: AsyncLocalStorage<T | undefined> | undefined

  constructor() {
    const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')
    this.#storage = hooks === undefined ? undefined : new hooks.AsyncLocalStorage()
  }

  get current(): T | undefined {
    return this.#storage?.getStore()
  }

  /** Runs something, and all that it sets off, with another value or none. */
  run<R>(value: T | undefined, work: () => R): R {
    return this.#storage === undefined ? work() : this.#storage.run(value, work)
  }
}
