import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Bundles modules of this folder to JavaScript, since Node 20 does not run TypeScript; remove the folder when done. */
export function bundle(...names: string[]): Promise<{ folder: string; remove: () => Promise<void> }> {
  return bundleIn(here, ...names)
}

/** The same of another folder of the tests. */
export async function bundleIn(
  place: string,
  ...names: string[]
): Promise<{ folder: string; remove: () => Promise<void> }> {
  await mkdir(join(place, '.build'), { recursive: true })
  // Inside the project, so that packages are found from there.
  const folder = await mkdtemp(join(place, '.build', 'bundle-'))
  await build({
    entryPoints: names.map((name) => join(place, `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    logLevel: 'error',
  })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
