// Compiles assembly/ to the modules that the WebAssembly engine (src/engine/wasm/binary.js), the wasm compute backend
// (src/compute/wasm/binary.js) and the ledger's blocks (src/ledger/block/wasm/binary.js) are made of, when their sources have
// changed. Where the compiler is not installed the modules hold null, and those who need them say so or do without.
//   node scripts/buildWasm.mjs
//   node scripts/buildWasm.mjs --profile FILE    writes a module that can end an epoch before any of its steps
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedLayout } from './wasmLayout.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = join(root, 'node_modules/assemblyscript')

/** A folder of sources is one module; folders inside it are others. Memory is counted in pages of 64 KiB. */
const modules = [
  { sources: 'assembly', entry: 'epoch.ts', target: 'src/engine/wasm/binary.js', initialMemory: 64 },
  {
    sources: 'assembly/compute',
    entry: 'compute.ts',
    target: 'src/compute/wasm/binary.js',
    initialMemory: 2,
  },
  {
    sources: 'assembly/ledger',
    entry: 'emission.ts',
    target: 'src/ledger/block/wasm/binary.js',
    initialMemory: 1,
  },
]

const flags = ['-O3', '--enable', 'simd', '--enable', 'bulk-memory', '--runtime', 'stub', '--noAssert']

/**
 * Makes sure that the modules are there and belong to the sources as they are.
 *
 * @returns {Promise<void>} once they are; throws when the sources do not compile
 */
export async function ensureWasm() {
  const compilerPackage = join(compiler, 'package.json')
  const version = existsSync(compilerPackage)
    ? JSON.parse(readFileSync(compilerPackage, 'utf8')).version
    : null
  if (version !== null) await writeSharedLayout()
  for (const module of modules) await ensureModule(module, version)
}

/** What the engine and those who call it have in common, for the compiler. */
async function writeSharedLayout() {
  const path = join(root, 'assembly/shared.ts')
  const text = await sharedLayout(join(root, 'src/engine/wasm/layout.ts'))
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) write(path, text)
}

async function ensureModule({ sources, entry, target, initialMemory }, version) {
  const targetPath = join(root, target)
  if (version === null) {
    if (!existsSync(targetPath)) write(targetPath, '// without compiler\nexport const wasmBase64 = null\n')
    return
  }
  const allFlags = [...flags, '--initialMemory', String(initialMemory)]
  const stamp = `// ${hashOfSources(join(root, sources), [version, ...allFlags])}\n`
  if (existsSync(targetPath) && readFileSync(targetPath, 'utf8').startsWith(stamp)) return
  const bytes = await compile(join(root, sources, entry), allFlags)
  write(targetPath, `${stamp}export const wasmBase64 = '${bytes.toString('base64')}'\n`)
}

function hashOfSources(folder, settings) {
  const hash = createHash('sha256').update(settings.join(' '))
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}

async function compile(entry, allFlags) {
  const { main } = await import(join(compiler, 'dist/asc.js'))
  const folder = mkdtempSync(join(root, 'node_modules/.subnetkit-wasm-'))
  try {
    const out = join(folder, 'module.wasm')
    const { error, stderr } = await main([entry, '-o', out, '--baseDir', root, ...allFlags])
    if (error !== null) throw new Error(`${entry} does not compile.\n${stderr.toString()}`)
    return readFileSync(out)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The epoch engine with what `assembly/steps.ts` has for profiles. */
async function writeProfile(path) {
  await writeSharedLayout()
  const { sources, entry, initialMemory } = modules[0]
  const options = [...flags, '--initialMemory', String(initialMemory), '--use', 'PROFILED=1']
  writeFileSync(path, await compile(join(root, sources, entry), options))
}

/** In one step, so that nobody reads half of it. */
function write(path, text) {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, path)
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [option, file] = process.argv.slice(2)
  if (option === '--profile' && file !== undefined) await writeProfile(file)
  else await ensureWasm()
}
