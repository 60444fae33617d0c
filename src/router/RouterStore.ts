import { check, text } from '../checks/index.js'
import { ReplacedFile } from '../files/index.js'
import { RouterStoreError } from './routerErrors.js'

/**
 * Where a router keeps what it knows of miners between runs: one value that each save replaces whole. After a crash at any instant
 * `load` gives either the value before or the value after.
 */
export interface RouterStore {
  /** Claims the store for one router, before anything else; rejects when it cannot be had. */
  open?(): Promise<void>
  /** The value saved last; `null` when there is none. */
  load(): Promise<Uint8Array | null>
  save(bytes: Uint8Array): Promise<void>
  /** Lets go of the store, after everything else. */
  close?(): Promise<void>
}

/**
 * Keeps the memory in one file, readable by its owner alone (mode 0600), which each save replaces whole.
 *
 * One router per file: while it is open, `PATH.lock` names the process that uses it.
 *
 * @param path - its folder is made when there is none.
 * @throws InvalidArgumentError for what is no path.
 *
 * @example
 * ```ts
 * import { fileRouterStore } from 'subnetkit/router'
 *
 * const store = fileRouterStore('state/router.state')
 * ```
 */
export function fileRouterStore(path: string): RouterStore {
  check('path', text({ min: 1 }), path)
  return new ReplacedFile(path, (fault, detail) => new RouterStoreError({ fault, detail }))
}
