import { check, text } from '../checks/index.js'
import { ReplacedFile } from '../files/index.js'
import { ValidatorStoreError } from './storeErrors.js'
import type { ValidatorStore } from './ValidatorStore.js'

/**
 * Keeps the memory in one file, readable by its owner alone (mode 0600). A save writes a neighbouring file,
 * flushes it to disk and renames it over the old one.
 *
 * One validator per file: while it is open, `PATH.lock` names the process that uses it.
 *
 * @param path - its folder is made when there is none.
 * @throws InvalidArgumentError for what is no path.
 *
 * @example
 * ```ts
 * import { fileValidatorStore } from 'subnetkit/neuron'
 *
 * const store = fileValidatorStore('state/validator.state')
 * ```
 */
export function fileValidatorStore(path: string): ValidatorStore {
  check('path', text({ min: 1 }), path)
  return new ReplacedFile(path, (fault, detail) => new ValidatorStoreError({ fault, detail }))
}
