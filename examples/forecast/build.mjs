// Bundles the example and the library's sources into .build/, since Node 20 does not read TypeScript.

import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeWorkerProgram } from '../../scripts/workerProgram.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** `subnetkit` and its subpaths are this repository's sources; every other package stays an import. */
const fromSource = {
  name: 'subnetkit-from-source',
  setup(bundler) {
    bundler.onResolve({ filter: /^subnetkit(\/|$)/ }, ({ path }) => ({
      path: join(here, '../../src', path.slice('subnetkit'.length), 'index.ts'),
    }))
  },
}

/** Writes main, neuron and train to `.build/`; takes well under a second. */
export async function buildExample() {
  // The example's own packages: a first look installs no others.
  await writeWorkerProgram(build, [join(here, 'node_modules')])
  await build({
    absWorkingDir: here,
    entryPoints: ['main.ts', 'neuron.ts', 'train.ts'],
    outdir: '.build',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [fromSource],
  })
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildExample()
}
