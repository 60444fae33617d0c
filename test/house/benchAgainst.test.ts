import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { root } from './sources.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-against-test-'))
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
  write('scripts/buildWasm.mjs', '')
  write('scripts/workerProgram.mjs', 'export async function writeWorkerProgram() {}\n')
  write('package-lock.json', '{ "packages": {} }')
  write('.gitignore', 'node_modules\ntmp\n.build\n')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  mkdirSync(join(folder, 'tmp'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function commit(): void {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false']
  for (const args of [['init'], ['add', '--all'], ['commit', '-m', 'all']]) {
    execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'ignore' })
  }
}

/** A bench whose row takes as long as the sources say. */
const bench = (id: string, name = 'us') => `
  import { ${name} } from 'subnetkit/speed'
  console.log(JSON.stringify({ bench: 'a', id: '${id}', medianUs: ${name}, p10Us: ${name} / 2 }))
`

function against(commit: string): SpawnSyncReturns<string> {
  const script = join(folder, 'scripts/bench.mjs')
  const env = { ...process.env, TMPDIR: join(folder, 'tmp'), TMP: join(folder, 'tmp') }
  return spawnSync(process.execPath, [script, '--turns', '2', '--against', commit], { encoding: 'utf8', env })
}

describe('npm run bench -- --against', () => {
  test('prints what a row takes on both sides, of the files as they are now, and leaves nothing behind', () => {
    write('src/speed/index.ts', 'export const us = 30\n')
    write('bench/a.bench.ts', bench('old work'))
    commit()
    write('src/speed/index.ts', 'export const us = 10\n')
    write('bench/a.bench.ts', bench('new work'))
    const { stdout, stderr } = against('HEAD')
    expect(stderr).toContain("a.bench.ts: today's file on the sources of")
    expect(stdout).toContain('| a new work | 30 | 10 | 3x | 3 to 3 | 3x |')
    expect(stdout).not.toContain('old work')
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  test('takes the commit’s own file where today’s cannot be run on its sources', () => {
    write('src/speed/index.ts', 'export const us = 30\n')
    write('bench/a.bench.ts', bench('same work'))
    commit()
    write('src/speed/index.ts', 'export const microseconds = 15\n')
    write('bench/a.bench.ts', bench('same work', 'microseconds'))
    const { stdout, stderr } = against('HEAD')
    expect(stderr).toContain("a.bench.ts: the commit's own file on the sources of")
    expect(stdout).toContain('| a same work | 30 | 15 | 2x | 2 to 2 | 2x |')
  })

  test('names a commit that is not there', () => {
    write('bench/a.bench.ts', '')
    commit()
    const { status, stdout, stderr } = against('nowhere')
    expect(status).toBe(1)
    expect(stderr).toContain('This clone has no commit nowhere.')
    expect(stdout).toBe('')
  })
})
