import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './setUp.mjs'

/**
 * Bundles a TypeScript program, with `subnetkit` meaning the sources of a clone; esbuild says on standard error what is wrong.
 *
 * @param {string} entry
 * @param {string} outfile below the clone, where its packages are found
 * @param {string} [clone] this one, unless given
 * @param {import('esbuild').LogLevel} [logLevel]
 */
export async function bundle(entry, outfile, clone = root, logLevel = 'warning') {
  const { build } = await import('esbuild')
  // Part of the sources that is made.
  const { writeWorkerProgram } = await import(pathToFileURL(join(clone, 'scripts/workerProgram.mjs')).href)
  await writeWorkerProgram(build)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    alias: { subnetkit: join(clone, 'src') },
    logLevel,
  })
  return outfile
}
