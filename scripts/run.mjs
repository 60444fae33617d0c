// Runs a TypeScript example on the sources, with `subnetkit` meaning this clone.
//   npm run example -- examples/miner/miner.ts --netuid 1
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { constants } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { bundle } from './bundle.mjs'
import { ensureInstalled, root } from './setUp.mjs'

const [file, ...rest] = process.argv.slice(2)
const path = resolve(root, file ?? '')
if (file === undefined || !statSync(path, { throwIfNoEntry: false })?.isFile()) {
  const why = file === undefined ? '' : `There is no file ${file}. `
  console.error(`${why}Name the example to run, for example: npm run example -- examples/miner/miner.ts`)
  process.exit(2)
}
if (!ensureInstalled()) process.exit(1)

const outfile = join(root, '.build/examples', relative(root, path).replace(/\.ts$/, '.mjs'))
await bundle(path, outfile)

const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...rest], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 1)
})
