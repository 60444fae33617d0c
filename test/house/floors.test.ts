import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkFloors } from '../../scripts/checkFloors.mjs'
import { exactRooms, pureRooms } from '../../scripts/floors.mjs'
import { root } from './sources.js'

let folder: string

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

describe('checkFloors', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'subnetkit-floors-'))
    write('src/errors/index.ts', 'export const a = 1\n')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('accepts an import from a lower floor', async () => {
    write('src/units/index.ts', "import { a } from '../errors/index.js'\nexport const b = a\n")
    expect(await checkFloors(folder)).toEqual([])
  })

  test.each([
    ['static', "import { b } from '../units/index.js'\nb()\n"],
    ['type-only', "import type { B } from '../units/index.js'\nexport type C = B\n"],
    ['re-exported', "export { b } from '../units/index.js'\n"],
    ['dynamic', "export const load = () => import('../units/index.js')\n"],
    ['in a type', "export type C = import('../units/index.js').B\n"],
  ])('refuses an upward import: %s', async (_kind, text) => {
    write('src/units/index.ts', 'export const b = 1\nexport type B = 1\n')
    write('src/errors/index.ts', text)
    expect(await checkFloors(folder)).toEqual([
      'src/errors/index.ts -> src/units/index.ts: floor 0 imports from lower floors only',
    ])
  })

  test('refuses an import from a sibling, and from the top', async () => {
    write('src/math/index.ts', "export { top } from '../index.js'\n")
    write('src/codec/index.ts', "export { m } from '../math/index.js'\n")
    write('src/index.ts', 'export const top = 1\n')
    expect(await checkFloors(folder)).toEqual([
      'src/codec/index.ts -> src/math/index.ts: floor 2 imports from lower floors only',
      'src/math/index.ts -> src/index.ts: floor 2 imports from lower floors only',
    ])
  })

  test('refuses a reach past another room’s index.js', async () => {
    write('src/errors/inner.ts', 'export const i = 1\n')
    write('src/units/index.ts', "export { i } from '../errors/inner.js'\n")
    write('src/index.ts', "export { i } from './errors/inner.js'\n")
    expect(await checkFloors(folder)).toEqual([
      'src/index.ts -> src/errors/inner.ts: the top imports rooms through their index.js only',
      'src/units/index.ts -> src/errors/inner.ts: a room is imported through its index.js only',
    ])
  })

  test('refuses a room without a floor, a missing file, the package’s own name and what lies outside', async () => {
    write('src/attic/index.ts', "import '../errors/index.js'\n")
    write('src/units/index.ts', "import './gone.js'\nimport 'subnetkit/errors'\nimport '../../other.js'\n")
    write('other.ts', 'export const o = 1\n')
    expect(await checkFloors(folder)).toEqual([
      'src/attic/index.ts -> src/errors/index.ts: stands on no floor; add its room to scripts/floors.mjs',
      'src/units/index.ts -> ./gone.js: does not exist',
      'src/units/index.ts -> other.ts: lies outside the sources',
      'src/units/index.ts -> subnetkit/errors: is the package by its own name',
    ])
  })

  test('refuses Node in a pure room', async () => {
    write('src/math/index.ts', "export const load = () => import('node:fs')\n")
    write('src/clock/index.ts', "export { hrtime } from 'node:process'\n")
    expect(await checkFloors(folder)).toEqual(['src/math/index.ts -> fs: is Node, in the pure zone'])
  })

  test('names a cycle of files inside one room, of types too', async () => {
    write('src/units/index.ts', "export { one } from './one.js'\n")
    write('src/units/one.ts', "import type { Two } from './two.js'\nexport const one = (two: Two) => two\n")
    write(
      'src/units/two.ts',
      "import { one } from './one.js'\nexport type Two = 2\nexport const two = () => one\n",
    )
    expect(await checkFloors(folder)).toEqual([
      'import cycle: src/units/one.ts -> src/units/two.ts -> src/units/one.ts',
    ])
  })
})

describe('biome.json', () => {
  const ambient = (name: string) => `Do not use the global variable ${name}.`
  const inexact = 'The pure zone uses only those Math functions that every engine rounds alike.'
  const local = "This depends on the machine's language."
  const refused = [
    ['Date.now()', ambient('Date')],
    ['new Date()', ambient('Date')],
    ['setTimeout(() => 1, 1)', ambient('setTimeout')],
    ['process.env.HOME', ambient('process')],
    ['console.log(1)', ambient('console')],
    ["fetch('http://127.0.0.1')", ambient('fetch')],
    ['crypto.getRandomValues(new Uint8Array(1))', ambient('crypto')],
    ['globalThis.crypto', 'The pure zone reads no clock, randomness or environment.'],
    ["Buffer.from('a')", ambient('Buffer')],
    ['Math.random()', inexact],
    ['Math.exp(1)', inexact],
    ['Math.pow(2, 0.5)', inexact],
    ['Math.log2(8)', inexact],
    ["'a'.localeCompare('b')", local],
    ["'a'.toLocaleUpperCase()", local],
    ['(async () => await 1)()', 'The pure zone is synchronous.'],
    [
      '((x: number, y: number) => x ** y)(1, 2)',
      'Only literals and bigints may be raised to a power where numbers decide state.',
    ],
    [
      '((x: number) => 2 ** x)(1)',
      'Only literals and bigints may be raised to a power where numbers decide state.',
    ],
  ] as const
  const accepted = [
    'Math.floor(Math.PI)',
    '2 ** 32',
    '((y: bigint) => 2n ** y)(1n)',
    '((performance: { now: number }) => performance.now)({ now: 1 })',
    '((o: { process: number }) => o.process)({ process: 1 })',
    "'Date.now()'.length // Date.now() is not used here",
  ]
  /** What the linter says, by file. */
  const said = new Map<string, string[]>()

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'subnetkit-lint-'))
    for (const path of ['biome.json', '.gitignore', 'scripts/pure.grit', 'scripts/exact.grit']) {
      cpSync(join(root, path), join(folder, path))
    }
    const probe = (expression: string) => `export const run = () => ${expression}\n`
    for (const [k, [expression]] of refused.entries()) write(`src/math/refused${k}.ts`, probe(expression))
    for (const [k, expression] of accepted.entries()) write(`src/math/accepted${k}.ts`, probe(expression))
    write('src/clock/now.ts', probe('[Date.now(), Math.exp(2 ** Math.random())]'))
    write('src/codec/power.ts', probe('((x: number) => 2 ** x)(1)'))
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', 'src']
    const { stdout } = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' })
    for (const { location, message } of JSON.parse(stdout).diagnostics) {
      const path = String(location.path)
      said.set(path, [...(said.get(path) ?? []), message])
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(refused.map((one, k) => [...one, k] as const))('refuses %s in a pure room', (_, why, k) => {
    expect(said.get(`src/math/refused${k}.ts`)).toContain(why)
  })

  test.each(accepted.map((one, k) => [one, k] as const))('accepts %s there', (_, k) => {
    expect(said.get(`src/math/accepted${k}.ts`)).toBeUndefined()
  })

  test('leaves other rooms their clock, and rooms whose numbers decide no state their powers', () => {
    expect(said.get('src/clock/now.ts')).toBeUndefined()
    expect(said.get('src/codec/power.ts')).toBeUndefined()
  })

  test('names the rooms of the floors table', () => {
    const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
    const [, pure, exact, policies] = overrides
    expect(pure.includes).toEqual([`src/{${pureRooms.join(',')}}/**`])
    expect(exact.includes).toEqual([`src/{${exactRooms.join(',')}}/**`])
    // Pay decides weights, and its room holds other things as well.
    expect(policies.includes).toEqual(['src/mechanism/policies/**'])
    expect(policies.plugins).toEqual([...pure.plugins, ...exact.plugins])
  })
})
