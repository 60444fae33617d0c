// Installs what the lock file names, when it is not there yet. Node's own modules only: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './withLock.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Whether every package of the lock file is installed in the version it names. Optional packages and peers
 * may be absent: they are for other platforms, or the user's choice.
 */
export function isInstalled(folder = root) {
  const installedLock = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(installedLock)) return false
  const { packages: wanted } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  const { packages: present } = JSON.parse(readFileSync(installedLock, 'utf8'))
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link === true) return true
    if (present[path] !== undefined) return present[path].version === entry.version
    return entry.optional === true || entry.devOptional === true || entry.peer === true
  })
}

/**
 * Runs `npm ci --ignore-scripts` unless the installed packages already match the lock file, and compiles what the sources
 * need compiled.
 *
 * @returns {boolean} whether the packages are there now
 */
export function ensureInstalled(folder = root) {
  return (isInstalled(folder) || install(folder)) && compileWasm(folder)
}

function install(folder) {
  // Standard output belongs to the command that wanted the packages.
  console.error('Installing the packages of package-lock.json ...')
  // Scripts stay off: one package's would fetch large drivers that nothing here uses.
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefer-offline'], {
    cwd: folder,
    stdio: ['ignore', process.stderr, 'inherit'],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NODE_ENV: 'development' },
    shell: process.platform === 'win32',
  })
  return status === 0
}

/** The WebAssembly engine, when its sources have changed. */
function compileWasm(folder) {
  const { status } = spawnSync(process.execPath, [join(folder, 'scripts/buildWasm.mjs')], {
    stdio: ['ignore', process.stderr, 'inherit'],
  })
  return status === 0
}

/**
 * Builds `dist/` in a clone when it is missing or older than a source file.
 *
 * @returns {boolean} whether `dist/` is there and fresh now
 */
export function ensureBuilt(folder = root) {
  return (
    isBuilt(folder) || withLock(join(folder, '.build/building.lock'), () => isBuilt(folder) || build(folder))
  )
}

/** Types are written last: while another process builds, they are not there. */
function isBuilt(folder) {
  const changedMs = newestMs(join(folder, 'src'))
  return ['dist/cli/main.js', 'dist/index.d.ts'].every((path) => {
    const built = join(folder, path)
    return existsSync(built) && changedMs <= statSync(built).mtimeMs
  })
}

function build(folder) {
  if (!ensureInstalled(folder)) return false
  console.error('Building subnetkit ...')
  const steps = [['node_modules/tsup/dist/cli-default.js', '--silent'], ['scripts/buildTypes.mjs']]
  return steps.every(([program, ...args]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, program), ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 16 * 2 ** 20,
    })
    // What a step that succeeds remarks is for who changes the code and not for who runs a command.
    if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? ''}`)
    return status === 0
  })
}

function newestMs(folder) {
  let newest = 0
  for (const entry of readdirSync(folder, { recursive: true })) {
    newest = Math.max(newest, statSync(join(folder, String(entry))).mtimeMs)
  }
  return newest
}
