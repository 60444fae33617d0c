/**
 * Where a validator keeps its memory between runs: one value that each save replaces whole. After a crash at any
 * instant `load` gives either the value before or the value after.
 */
export interface ValidatorStore {
  /** The value saved last; `null` when there is none. */
  load(): Promise<Uint8Array | null>
  save(bytes: Uint8Array): Promise<void>
}

/** Keeps the memory in this process: it survives a `Validator`, not the process. */
export function memoryValidatorStore(): ValidatorStore {
  let saved: Uint8Array | null = null
  return {
    load: async () => saved?.slice() ?? null,
    save: async (bytes) => {
      saved = bytes.slice()
    },
  }
}
