import { bytes as bytesCheck, check, custom } from '../../checks/index.js'

/**
 * Where a validator keeps rounds that wait, each under a name of its own. A put replaces what was there whole: after a crash at any instant a name holds the bytes before or those after.
 */
export interface RoundStore {
  put(name: string, bytes: Uint8Array): Promise<void>
  /** `null` where there is nothing of that name. */
  get(name: string): Promise<Uint8Array | null>
  /** What is not there is none to delete. */
  delete(name: string): Promise<void>
  /** The names that there are. */
  list(): Promise<readonly string[]>
}

/** What a round that waits is called. */
export const anyRoundName = custom(
  'Name it with 1 to 64 digits, small letters and hyphens.',
  (value) => typeof value === 'string' && /^[0-9a-z-]{1,64}$/.test(value),
)
export const anyRoundBytes = bytesCheck()

/**
 * Keeps rounds that wait in this process: they outlive a `Validator`, not the process.
 *
 * @example
 * ```ts
 * import { memoryRoundStore } from 'subnetkit/neuron'
 *
 * const store = memoryRoundStore()
 * await store.put('0000000123', Uint8Array.of(1))
 * ```
 */
export function memoryRoundStore(): RoundStore {
  const rounds = new Map<string, Uint8Array>()
  return {
    async put(name, bytes) {
      check('name', anyRoundName, name)
      check('bytes', anyRoundBytes, bytes)
      rounds.set(name, bytes.slice())
    },
    async get(name) {
      check('name', anyRoundName, name)
      return rounds.get(name)?.slice() ?? null
    },
    async delete(name) {
      check('name', anyRoundName, name)
      rounds.delete(name)
    },
    list: async () => [...rounds.keys()],
  }
}
