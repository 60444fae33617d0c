// npm start: installs what the forecast example runs (once), bundles it, and runs it.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HELP, OptionError, parseOptions } from '../examples/forecast/options.mjs'
import { ensureWasm } from './buildWasm.mjs'

const example = join(dirname(fileURLToPath(import.meta.url)), '../examples/forecast')
const marker = join(example, 'node_modules/.subnetkit-installed')
const OLDEST_NODE = [20, 19]

/** Says what is wrong in plain words and ends with the given code. */
function fail(message, code) {
  console.error(message)
  process.exit(code)
}

function assertNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  fail(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`, 1)
}

/** Names the set of packages: it changes when the lock file does, or when other binaries would be installed. */
function wantedInstall() {
  const lock = createHash('sha256')
    .update(readFileSync(join(example, 'package-lock.json')))
    .digest('hex')
  return `${lock} ${process.platform}-${process.arch}\n`
}

function installOnce() {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wantedInstall()) return
  console.log('Installing what the network runs, once (onnxruntime is most of it: about 370 MB on disk) ...')
  const startedMs = Date.now()
  const { status, error, stdout, stderr } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  if (status !== 0) {
    const output = error?.message ?? `${stdout}${stderr}`.slice(-4000).trim()
    fail(
      `${output}\n\nnpm could not install the packages of examples/forecast (exit code ${status ?? -1}).\nThe first start needs the package registry; later ones work offline.`,
      1,
    )
  }
  writeFileSync(marker, wantedInstall())
  console.log(`Installed in ${((Date.now() - startedMs) / 1000).toFixed(0)} s.`)
}

/** Runs npm in the example's folder: the npm that runs this script, or the one on the path. */
function npm(args) {
  const script = process.env.npm_execpath
  const options = { cwd: example, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }
  return script?.endsWith('.js')
    ? spawnSync(process.execPath, [script, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

function optionsOrExit() {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    if (error instanceof OptionError) fail(error.message, 2)
    throw error
  }
}

const options = optionsOrExit()
if (options === null) {
  process.stdout.write(HELP)
} else {
  assertNodeVersion()
  installOnce()
  // Holds nothing where its compiler is not installed: the plain engine computes then.
  await ensureWasm()
  const { buildExample } = await import('../examples/forecast/build.mjs')
  await buildExample()
  const { main } = await import('../examples/forecast/.build/main.mjs')
  process.exitCode = await main(options)
}
