// Bytes that a user's bundle gains per subpath of the package: bundled and minified with everything it imports at once, peers
// left out. What is imported only when it is used (a model runtime, a device) is counted apart.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import { fail } from '../support/digest.js'
import { report } from '../support/measure.js'

const { name, exports, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  name: string
  exports: Record<string, unknown>
  peerDependencies: Record<string, string>
}
const peers = Object.keys(peerDependencies)

for (const subpath of Object.keys(exports).filter((path) => path !== './package.json')) await measure(subpath)

async function measure(subpath: string): Promise<void> {
  const id = subpath === '.' ? name : `${name}${subpath.slice(1)}`
  // Rooms that need Node are bundled once more, with the forms that packages have for it.
  const forBrowser = await sizesOf(subpath, 'browser')
  const { needsNode, ...sizes } = forBrowser.needsNode ? await sizesOf(subpath, 'node') : forBrowser
  if (sizes.bytes === 0) fail(`${id}: the bundle is empty, which cannot be`)
  report({ bench: 'bundle/size', id, platform: needsNode ? 'Node' : 'any', ...sizes })
}

interface Sizes {
  readonly bytes: number
  readonly gzipBytes: number
  /** Minified, in pieces that load when they are first used. */
  readonly laterBytes: number
  readonly needsNode: boolean
}

async function sizesOf(subpath: string, platform: 'browser' | 'node'): Promise<Sizes> {
  const source = subpath === '.' ? 'src/index.ts' : `src/${subpath.slice(2)}/index.ts`
  const { outputFiles, metafile } = await build({
    entryPoints: { entry: source },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform,
    external: ['node:*', ...peers],
    outdir: '.build/bench-bundle',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const atOnce = loadedAtOnce(metafile)
  const sizes = { bytes: 0, gzipBytes: 0, laterBytes: 0 }
  for (const { path, contents } of outputFiles) {
    const isAtOnce = [...atOnce].some((output) => path.endsWith(output))
    sizes[isAtOnce ? 'bytes' : 'laterBytes'] += contents.length
    if (isAtOnce) sizes.gzipBytes += gzipSync(contents, { level: 9 }).length
  }
  return { ...sizes, needsNode: needsNode(metafile, atOnce) }
}

/** The entry and the pieces that it imports without waiting for a call. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const entry = Object.keys(outputs).find(
    (path) => outputs[path]!.entryPoint !== undefined && path.endsWith('/entry.js'),
  )!
  const found = new Set([entry])
  for (const path of found) {
    for (const { path: imported, kind, external } of outputs[path]!.imports) {
      if (kind === 'import-statement' && external !== true) found.add(imported)
    }
  }
  return found
}

/** Whether something that is loaded at once imports a module of Node. */
function needsNode({ outputs }: Metafile, atOnce: ReadonlySet<string>): boolean {
  return [...atOnce].some((path) =>
    outputs[path]!.imports.some((one) => one.kind === 'import-statement' && /^node:/.test(one.path)),
  )
}
