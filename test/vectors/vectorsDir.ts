import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the vector suites read from: `SUBNETKIT_VECTORS` when set, this folder otherwise. Same layout both ways. */
export function vectorsDir(): string {
  return process.env.SUBNETKIT_VECTORS ?? fileURLToPath(new URL('.', import.meta.url))
}

/** The `*.json` files of one family in name order; fails when the folder is absent or holds none. */
export function vectorFiles(family: string): readonly { readonly name: string; readonly content: unknown }[] {
  const folder = join(vectorsDir(), family)
  if (!existsSync(folder)) throw new TypeError(`The vectors folder ${folder} does not exist.`)
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
  if (names.length === 0) throw new TypeError(`The vectors folder ${folder} holds no *.json file.`)
  return names.map((name) => ({ name, content: JSON.parse(readFileSync(join(folder, name), 'utf8')) }))
}
