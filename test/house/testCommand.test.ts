import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isInstalled } from '../../scripts/setUp.mjs'
import config from '../../vitest.config.js'
import { root } from './sources.js'

let folder: string

beforeEach(() => {
  // Inside the project, so that `vitest` resolves; no suite of the project lies there.
  mkdirSync(join(root, '.build'), { recursive: true })
  folder = mkdtempSync(join(root, '.build/test-command-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('npm test', () => {
  function runSuites(
    suites: Readonly<Record<string, string>>,
    ...more: readonly string[]
  ): { lines: string[]; status: number | null } {
    writeFileSync(join(folder, 'vitest.config.ts'), "export default { test: { include: ['*.test.ts'] } }\n")
    for (const [name, body] of Object.entries(suites)) {
      writeFileSync(join(folder, `${name}.test.ts`), `import { test, expect } from 'vitest'\n${body}\n`)
    }
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'scripts/test.mjs'), '--root', folder, ...more],
      { encoding: 'utf8', env: { ...process.env, CI: 'true' } },
    )
    return { lines: stdout.trimEnd().split('\n'), status }
  }

  test('ends with the counts and code 0 when all is well', () => {
    const { lines, status } = runSuites({ a: "test('one', () => expect(1).toBe(1))\ntest('two', () => {})" })
    expect(lines.at(-1)).toBe('2 passed, 0 failed')
    expect(status).toBe(0)
  })

  test('counts failures and prints why a test was skipped', () => {
    const { lines, status } = runSuites({
      a: "test('good', () => {})\ntest('bad', () => expect(1).toBe(2))",
      b: "test('idle', (context) => context.skip('no browser: none here'))",
    })
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 1 skipped')
    expect(lines).toContain('skipped: idle: no browser: none here')
    expect(status).toBe(1)
  })

  const FALTERS = "let tries = 0\ntest('falters', () => expect(++tries).toBe(2))"

  test('names what passed on a second try, and counts it as passed', () => {
    const { lines, status } = runSuites({ a: FALTERS, b: "test('good', () => {})" }, '--retry=1')
    expect(lines.slice(-2)).toEqual(['1 passed on a second try: a.test.ts > falters', '2 passed, 0 failed'])
    expect(status).toBe(0)
  })

  test('tries again what runs over real sockets, timers and processes, and nothing else', () => {
    const { projects = [], ...shared } = config.test ?? {}
    const raced = [
      'test/integration/**/*.test.ts',
      'test/contract/**/*.test.ts',
      'test/markets/*Ways.test.ts',
    ]
    const [first, ...others] = (projects as { readonly test: Record<string, unknown> }[]).map(
      ({ test }) => test,
    )
    expect([first?.include, first?.retry]).toEqual([raced, 1])
    const [alone, exact] = others
    expect([exact?.exclude, others.length]).toEqual([[...raced, ...[alone?.include].flat()], 2])
    for (const settings of [shared, ...others]) expect(settings).not.toHaveProperty('retry')
    const { lines, status } = runSuites({ a: FALTERS })
    expect([lines.at(-1), status]).toEqual(['0 passed, 1 failed', 1])
  })

  test('counts a file that cannot be loaded as a failure', () => {
    const { lines, status } = runSuites({
      a: "throw new TypeError('broken file')",
      b: "test('good', () => {})",
    })
    expect(lines.at(-1)).toBe('1 passed, 1 failed')
    expect(status).toBe(1)
  })

  test('counts an error outside every test as a failure', () => {
    const { lines, status } = runSuites({
      a: "test('good', () => { setTimeout(() => { throw new TypeError('late') }, 0) })\ntest('later', () => new Promise((done) => setTimeout(done, 20)))",
    })
    expect(lines.at(-1)).toBe('2 passed, 1 failed')
    expect(status).toBe(1)
  })

  test('shows one failure at least when there is nothing to run', () => {
    const { lines, status } = runSuites({})
    expect(lines.at(-1)).toBe('0 passed, 1 failed')
    expect(status).toBe(1)
  })
})

describe('isInstalled', () => {
  function project(wanted: object, present: object | undefined): string {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }))
    if (present !== undefined) {
      mkdirSync(join(folder, 'node_modules'))
      writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: present }))
    }
    return folder
  }
  const wanted = {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  }

  test('is false in a fresh clone', () => {
    expect(isInstalled(project(wanted, undefined))).toBe(false)
  })

  test('is true when every needed package has the version of the lock file', () => {
    expect(isInstalled(project(wanted, { 'node_modules/a': { version: '1.0.0' } }))).toBe(true)
  })

  test('is false when a package is missing', () => {
    expect(isInstalled(project(wanted, {}))).toBe(false)
  })

  test('is false when a package is of another version', () => {
    expect(isInstalled(project(wanted, { 'node_modules/a': { version: '1.0.1' } }))).toBe(false)
  })
})
