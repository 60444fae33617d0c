import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Of this file, or of the program that it was bundled into. */
const here = dirname(fileURLToPath(import.meta.url))

/** The clone that this runs in; `undefined` where the market was copied into a project of its own. */
export function cloneFolder(): string | undefined {
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'scripts/bundle.mjs'))) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/** A file of an example, such as `text/model.onnx`, wherever the program runs that asks. */
export function exampleFile(path: string): string {
  const clone = cloneFolder()
  // Copied, this file lies in `support/` beside the market's folder.
  const examples =
    clone === undefined || basename(here) === 'support' ? dirname(here) : join(clone, 'examples')
  return join(examples, path)
}
