// Compiles assembly/ to the module the WebAssembly engine is made of, src/engine/wasm/binary.js, when its sources have
// changed. Where the compiler is not installed the module holds null, and the engine says so.
//   node scripts/buildWasm.mjs
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

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = join(root, 'assembly')
const target = join(root, 'src/engine/wasm/binary.js')
const compiler = join(root, 'node_modules/assemblyscript')

const flags = [
  '-O3',
  '--enable',
  'simd',
  '--enable',
  'bulk-memory',
  '--runtime',
  'stub',
  '--noAssert',
  '--initialMemory',
  '64',
]

/**
 * Makes sure that the module is there and belongs to the sources as they are.
 *
 * @returns {Promise<void>} once it is; throws when the sources do not compile
 */
export async function ensureWasm() {
  const compilerPackage = join(compiler, 'package.json')
  const version = existsSync(compilerPackage)
    ? JSON.parse(readFileSync(compilerPackage, 'utf8')).version
    : null
  if (version === null) {
    if (!existsSync(target)) write('// without compiler\nexport const wasmBase64 = null\n')
    return
  }
  const stamp = `// ${hashOfSources(version)}\n`
  if (existsSync(target) && readFileSync(target, 'utf8').startsWith(stamp)) return
  const bytes = await compile()
  write(`${stamp}export const wasmBase64 = '${bytes.toString('base64')}'\n`)
}

function hashOfSources(version) {
  const hash = createHash('sha256').update(version).update(flags.join(' '))
  for (const name of readdirSync(sources).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(sources, name)))
  }
  return hash.digest('hex')
}

async function compile() {
  const { main } = await import(join(compiler, 'dist/asc.js'))
  const folder = mkdtempSync(join(root, 'node_modules/.subnetkit-wasm-'))
  try {
    const out = join(folder, 'epoch.wasm')
    const { error, stderr } = await main([join(sources, 'epoch.ts'), '-o', out, '--baseDir', root, ...flags])
    if (error !== null) throw new Error(`assembly/ does not compile.\n${stderr.toString()}`)
    return readFileSync(out)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** In one step, so that nobody reads half of it. */
function write(text) {
  const draft = `${target}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, target)
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await ensureWasm()
}
