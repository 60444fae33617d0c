import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkFloors } from '../../scripts/checkFloors.mjs'

describe('the sources', () => {
  test('import downwards only, through index.js, without cycles, and keep the pure zone pure', () => {
    expect(checkFloors(fileURLToPath(new URL('../../src', import.meta.url)))).toEqual([])
  })
})

describe('checkFloors', () => {
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'subnetkit-floors-'))
    write('errors/index.ts', 'export const a = 1\n')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }

  test('accepts an import from a lower floor', () => {
    write('units/index.ts', "import { a } from '../errors/index.js'\nexport const b = a\n")
    expect(checkFloors(root)).toEqual([])
  })

  test.each([
    ['static', "import { b } from '../units/index.js'\nb()\n"],
    ['type-only', "import type { B } from '../units/index.js'\nexport type C = B\n"],
    ['re-exported', "export { b } from '../units/index.js'\n"],
    ['dynamic', "export const load = () => import('../units/index.js')\n"],
    ['in a type', "export type C = import('../units/index.js').B\n"],
  ])('refuses an upward import: %s', (_kind, text) => {
    write('units/index.ts', 'export const b = 1\nexport type B = 1\n')
    write('errors/index.ts', text)
    expect(checkFloors(root)).toContainEqual(
      expect.stringMatching(/^errors\/index\.ts:1: errors\/ \(floor 0\) imports units\/ \(floor 1\)$/),
    )
  })

  test('refuses an import from a sibling', () => {
    write('math/index.ts', 'export const m = 1\n')
    write('codec/index.ts', "export { m } from '../math/index.js'\n")
    expect(checkFloors(root)).toEqual(['codec/index.ts:1: codec/ (floor 2) imports math/ (floor 2)'])
  })

  test('refuses a reach past another room’s index.js', () => {
    write('errors/inner.ts', 'export const i = 1\n')
    write('units/index.ts', "export { i } from '../errors/inner.js'\n")
    expect(checkFloors(root)).toEqual(['units/index.ts:1: reaches into errors/ past its index.js'])
  })

  test('refuses a room without a floor, a missing file and the package’s own name', () => {
    write('attic/index.ts', "import '../errors/index.js'\n")
    write('units/index.ts', "import './gone.js'\nimport 'subnetkit/errors'\n")
    expect(checkFloors(root)).toEqual([
      'attic/index.ts:1: room attic/ stands on no floor; add it to scripts/floors.mjs',
      'units/index.ts:1: imports ./gone.js, which does not exist',
      'units/index.ts:2: imports the package by its own name',
    ])
  })

  test('names a cycle of files inside one room', () => {
    write('units/index.ts', "export { one } from './one.js'\n")
    write('units/one.ts', "import { two } from './two.js'\nexport const one = () => two\n")
    write('units/two.ts', "import { one } from './one.js'\nexport const two = () => one\n")
    expect(checkFloors(root)).toEqual(['import cycle: units/one.ts -> units/two.ts -> units/one.ts'])
  })

  test.each([
    ['Date.now()', 'uses Date in the pure zone'],
    ['new Date()', 'uses Date in the pure zone'],
    ['Math.random()', 'uses Math.random in the pure zone'],
    ['Math.exp(1)', 'uses Math.exp in the pure zone'],
    ['Math.pow(2, 0.5)', 'uses Math.pow in the pure zone'],
    ['Math.log2(8)', 'uses Math.log2 in the pure zone'],
    ['setTimeout(() => 1, 1)', 'uses setTimeout in the pure zone'],
    ['process.env.HOME', 'uses process in the pure zone'],
    ['console.log(1)', 'uses console in the pure zone'],
    ["fetch('http://127.0.0.1')", 'uses fetch in the pure zone'],
    ['crypto.getRandomValues(new Uint8Array(1))', 'uses crypto in the pure zone'],
    ['globalThis.crypto', 'uses globalThis.crypto in the pure zone'],
    ["Buffer.from('a')", 'uses Buffer in the pure zone'],
    ["'a'.localeCompare('b')", "uses localeCompare, which depends on the machine's language"],
    ["import('node:fs')", 'imports node:fs in the pure zone'],
  ])('refuses %s in a pure room', (expression, offence) => {
    write('math/index.ts', `export const run = () => ${expression}\n`)
    expect(checkFloors(root)).toEqual([`math/index.ts:1: ${offence}`])
  })

  test('refuses a power of unknown numbers where numbers decide state, and allows literal and bigint powers', () => {
    write(
      'math/index.ts',
      'export const p = (x: number, y: number) => x ** y\nexport const q = 2 ** 32\nexport const r = 2n ** 64n\n',
    )
    expect(checkFloors(root)).toEqual(['math/index.ts:1: uses ** on numbers that are not literals'])
  })

  test('does not take a field, a parameter or a comment for the ambient name', () => {
    write(
      'math/index.ts',
      '// Date.now() is not used here\nexport const f = (performance: { now: number }) => performance.now\nexport const g = (o: { process: number }) => o.process\n',
    )
    expect(checkFloors(root)).toEqual([])
  })

  test('leaves rooms outside the pure zone their clock', () => {
    write('clock/index.ts', 'export const now = () => Date.now()\n')
    expect(checkFloors(root)).toEqual([])
  })
})
