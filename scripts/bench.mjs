// `npm run bench`: runs every bench/**/*.bench.ts on the sources and prints one JSON line per measurement.
//   npm run bench -- --filter consensus      only files whose path holds the text
//   npm run bench -- --out runs/bench.jsonl  appends the lines to a file as well
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from './setUp.mjs'

const { values } = parseArgs({ options: { filter: { type: 'string' }, out: { type: 'string' } } })
if (!ensureInstalled()) process.exit(1)
const { build } = await import('esbuild')

const files = readdirSync(join(root, 'bench'), { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('.bench.ts') && path.includes(values.filter ?? ''))
  .sort()
const machine = {
  node: process.version,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  commit: commit(),
}

let failed = files.length === 0
if (failed) console.error('No bench file matches.')
for (const file of files) {
  const outfile = join(root, '.build/bench', `${basename(file, '.ts')}.mjs`)
  await build({
    entryPoints: [join(root, 'bench', file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    alias: { subnetkit: join(root, 'src') },
    logLevel: 'warning',
  })
  // A process of its own: one bench's heap and compiled code do not touch the next one's times.
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', outfile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 16 * 2 ** 20,
  })
  if (status !== 0) failed = true
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const record = JSON.stringify({ ...JSON.parse(line), ...machine })
    console.log(record)
    if (values.out !== undefined) append(values.out, record)
  }
}
process.exitCode = failed ? 1 : 0

function append(path, line) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  appendFileSync(join(root, path), `${line}\n`)
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
