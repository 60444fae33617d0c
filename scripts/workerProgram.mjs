// Bundles each program of threads into a module that holds it as text, so that threads start the same from sources, from `dist/`
// and from a user's own bundle. Whoever bundles or tests the sources calls this first; it takes a few milliseconds.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensureWasm } from './buildWasm.mjs'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))

/** Threads are handed the engine compiled: the program need not hold its binary. */
const withoutBinary = {
  name: 'without-binary',
  setup(bundler) {
    bundler.onLoad({ filter: /engine[\\/]wasm[\\/]binary\.js$/ }, () => ({
      contents: "export const wasmBase64 = ''",
    }))
  },
}

/**
 * The programs of threads. What the threads of batches and sandboxes run needs no package: modules that would are left out, whether they are installed or
 * not. What opens time locks is bundled with the packages it needs.
 */
const programs = [
  {
    entry: path('../src/engine/batch/worker.ts'),
    target: path('../src/engine/batch/workerProgram.js'),
    packages: 'external',
  },
  {
    entry: path('../src/chain/timelock/worker.ts'),
    target: path('../src/chain/timelock/workerProgram.js'),
    packages: 'bundle',
  },
  {
    entry: path('../src/sandbox/javascript/worker.ts'),
    target: path('../src/sandbox/javascript/workerProgram.js'),
    packages: 'external',
  },
  {
    entry: path('../src/sandbox/onnx/child.ts'),
    target: path('../src/sandbox/onnx/childProgram.js'),
    packages: 'external',
  },
]

/**
 * Writes the programs of threads, each unless it holds the same already.
 *
 * @param {typeof import('esbuild').build} build
 * @param {readonly string[]} [nodePaths] folders of packages, where those of the clone are not installed
 */
export async function writeWorkerProgram(build, nodePaths = []) {
  await ensureWasm()
  await Promise.all(programs.map((program) => writeProgram(build, nodePaths, program)))
}

async function writeProgram(build, nodePaths, { entry, target, packages }) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outfile: 'worker.cjs',
    packages,
    nodePaths: [...nodePaths],
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
    plugins: [withoutBinary],
  })
  const [needed] = metafile.outputs['worker.cjs'].imports.filter(({ path }) => !path.startsWith('node:'))
  if (needed !== undefined) throw new Error(`The program of threads ${entry} would need ${needed.path}.`)
  const text = `export const workerProgram = ${JSON.stringify(outputFiles[0].text)}\n`
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return
  // Moved into place whole: others may be reading.
  const fresh = `${target}.${process.pid}`
  writeFileSync(fresh, text)
  renameSync(fresh, target)
}
