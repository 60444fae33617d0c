import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { check, text } from '../../checks/index.js'
import { ReplacedFile } from '../../files/index.js'
import { ValidatorStoreError } from '../storeErrors.js'
import { anyRoundBytes, anyRoundName, type RoundStore } from './RoundStore.js'

const SUFFIX = '.waiting'

/**
 * Keeps rounds that wait in a folder, each in a file of its own, readable by its owner alone. One validator per folder.
 *
 * @param folder - it is made when there is none.
 * @throws InvalidArgumentError for what is no path.
 *
 * @example
 * ```ts
 * import { fileRoundStore } from 'subnetkit/neuron'
 *
 * const roundStore = fileRoundStore('state/validator.rounds')
 * ```
 */
export function fileRoundStore(folder: string): RoundStore {
  check('folder', text({ min: 1 }), folder)
  const fileOf = (name: string): ReplacedFile => {
    check('name', anyRoundName, name)
    return new ReplacedFile(pathOf(name), (fault, detail) => new ValidatorStoreError({ fault, detail }))
  }
  const pathOf = (name: string): string => join(folder, `${name}${SUFFIX}`)
  return {
    async put(name, bytes) {
      check('bytes', anyRoundBytes, bytes)
      await fileOf(name).save(bytes)
    },
    get: async (name) => await fileOf(name).load(),
    async delete(name) {
      check('name', anyRoundName, name)
      await rm(pathOf(name), { force: true })
    },
    async list() {
      const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      // What a put left that a crash ended has another ending.
      return files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length))
    },
  }
}
