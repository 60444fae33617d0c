import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const builtins = new Set(builtinModules)

export interface BrowserBundle {
  /** The bundle as one script; with `globalName`, its exports become that global. */
  readonly code: string
  /** Node modules that the bundled files import; a browser has none of them. */
  readonly nodeImports: readonly string[]
}

/** Bundles a piece of TypeScript, relative to the root of the project, for a browser. */
export async function bundleForBrowser(
  contents: string,
  options: { globalName?: string } = {},
): Promise<BrowserBundle> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'ts', sourcefile: 'entry.ts' },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    target: 'es2022',
    format: options.globalName === undefined ? 'esm' : 'iife',
    ...(options.globalName === undefined ? {} : { globalName: options.globalName }),
    // Left in place so that the report below can name them.
    external: ['node:*'],
    logLevel: 'silent',
  })
  const imports = Object.values(result.metafile.inputs).flatMap((input) => input.imports)
  const nodeImports = imports
    .map(({ path }) => path)
    .filter((path) => path.startsWith('node:') || builtins.has(path))
  return { code: result.outputFiles[0]!.text, nodeImports: [...new Set(nodeImports)].sort() }
}
