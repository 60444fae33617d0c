import { bytes as bytesCheck, check } from '../checks/index.js'

/**
 * Where a validator keeps its memory between runs: one value that each save replaces whole. After a crash at any
 * instant `load` gives either the value before or the value after.
 */
export interface ValidatorStore {
  /** Claims the store for one validator, before anything else; rejects when it cannot be had. */
  open?(): Promise<void>
  /** The value saved last; `null` when there is none. */
  load(): Promise<Uint8Array | null>
  save(bytes: Uint8Array): Promise<void>
  /** Lets go of the store, after everything else. */
  close?(): Promise<void>
}

/**
 * Keeps the memory in this process: it survives a `Validator`, not the process.
 *
 * @example
 * ```ts
 * import { memoryValidatorStore } from 'subnetkit/neuron'
 *
 * const store = memoryValidatorStore()
 * await store.save(Uint8Array.of(1))
 * ```
 */
export function memoryValidatorStore(): ValidatorStore {
  let saved: Uint8Array | null = null
  return {
    load: async () => saved?.slice() ?? null,
    save: async (bytes) => {
      check('bytes', bytesCheck(), bytes)
      saved = bytes.slice()
    },
  }
}
