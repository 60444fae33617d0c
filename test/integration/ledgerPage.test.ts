import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../house/sources.js'

const page = readFileSync(join(root, 'docs/ledger.md'), 'utf8')
const [byHand = '', stored = ''] = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)

test('what docs/ledger.md drives by hand and stores in a file runs, each program in a process of its own', () => {
  const build = join(root, '.build')
  mkdirSync(build, { recursive: true })
  const folder = mkdtempSync(join(build, 'ledger-page-'))
  const run = (name: string, code: string): string => {
    const file = join(folder, `${name}.ts`)
    writeFileSync(file, code)
    const argv = [join(root, 'scripts/run.mjs'), file]
    return execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
  }
  try {
    // Five epochs of twenty blocks, of which nine tenths of a TAO each go to the subnet; nothing was refused.
    expect(run('byHand', byHand)).toMatch(/^\d+\.\d+ 5\n$/)
    expect(run('stored', stored)).toContain('number: 3,')
    expect(run('stored', stored)).toContain('number: 6,')
  } finally {
    rmSync(folder, { recursive: true })
    rmSync(join(build, 'examples', relative(root, folder)), { recursive: true, force: true })
  }
})
