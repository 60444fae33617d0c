import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cloneFolder, exampleFile } from './folders.js'

/** A module that Node can start a process with. */
export interface Program extends Disposable {
  readonly module: string
}

let made = 0

/**
 * Makes a program of `examples/` ready to be started. In a clone it is bundled, since Node 20 reads no TypeScript; elsewhere whatever reads the TypeScript of
 * this process reads that of its children.
 */
export async function programOf(path: string): Promise<Program> {
  const clone = cloneFolder()
  if (clone === undefined) {
    return { module: exampleFile(path.replace(/^examples\//, '')), [Symbol.dispose]() {} }
  }
  // A name of its own: another run may be bundling the same program.
  const module = join(clone, '.build/markets', `${path.replaceAll(/\W/g, '-')}-${process.pid}-${made++}.mjs`)
  const { bundle } = (await import(pathToFileURL(join(clone, 'scripts/bundle.mjs')).href)) as {
    bundle: (entry: string, outfile: string) => Promise<string>
  }
  await bundle(join(clone, path), module)
  return { module, [Symbol.dispose]: () => rmSync(module, { force: true }) }
}
