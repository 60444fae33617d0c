import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { missingFiles } from '../../scripts/checkPack.mjs'
import { floors, publicRooms } from '../../scripts/floors.mjs'
import { root } from './sources.js'

interface Manifest {
  readonly type: string
  readonly sideEffects: boolean
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly scripts: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

describe('package.json', () => {
  test('exports one subpath per room, each with its types first', () => {
    const paths = ['.', ...publicRooms.map((room) => `./${room}`)]
    const entries = paths.map((path) => {
      const folder = path === '.' ? './dist/' : `./dist/${path.slice(2)}/`
      return [path, { types: `${folder}index.d.ts`, default: `${folder}index.js` }] as const
    })
    const { './package.json': self, ...rest } = manifest.exports
    expect(self).toBe('./package.json')
    expect(rest).toEqual(Object.fromEntries(entries))
    for (const entry of Object.values(rest)) expect(Object.keys(entry)).toEqual(['types', 'default'])
  })

  test('is an ES module without side effects', () => {
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false })
  })

  test('pins every package it runs on and is built with exactly', () => {
    const ranges = { ...manifest.dependencies, ...manifest.devDependencies }
    const loose = Object.entries(ranges).filter(([, range]) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(range))
    expect(loose).toEqual([])
  })

  test('asks users for no native package: those are optional peers, installed here to test with', () => {
    for (const name of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true })
      expect(manifest.devDependencies).toHaveProperty([name])
      expect(manifest.dependencies).not.toHaveProperty([name])
    }
  })

  test('has the commands that the README and the checks call', () => {
    for (const name of ['build', 'lint', 'typecheck', 'test', 'start', 'bench', 'docs']) {
      expect(manifest.scripts).toHaveProperty([name])
    }
  })
})

describe('a build, and npm pack', () => {
  test('are refused where programs or type declarations are missing or empty, also those that others name', () => {
    expect(manifest.scripts.prepack).toBe('node scripts/checkPack.mjs')
    expect(manifest.scripts.build).toMatch(/ && node scripts\/checkPack\.mjs$/)
    const folder = mkdtempSync(join(tmpdir(), 'subnetkit-pack-'))
    try {
      const entry = { types: './dist/index.d.ts', default: './dist/index.js' }
      const files = {
        'package.json': JSON.stringify({
          exports: { '.': entry, './package.json': './package.json' },
          bin: { x: 'bin.mjs' },
        }),
        'bin.mjs': "await import('./dist/index.js')\n",
        'dist/index.js': "export const a = `\nimport { mine } from './mine.js'\n`\n",
        'dist/index.d.ts': "export {\n  a\n} from './a-1.js'\n",
        'dist/a-1.d.ts':
          "import type { B } from './b-2.js'\n/**\n * import { mine } from './mine.js'\n */\nexport declare const a: B\n",
        'dist/b-2.d.ts': 'export type B = number\n',
      }
      mkdirSync(join(folder, 'dist'))
      const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
      for (const [path, text] of Object.entries(files)) write(path, text)
      expect(missingFiles(folder)).toEqual([])
      for (const [path, text] of Object.entries(files)) {
        if (path === 'package.json') continue
        rmSync(join(folder, path))
        expect(missingFiles(folder)).toEqual([path])
        write(path, '')
        expect(missingFiles(folder)).toEqual([path])
        write(path, text)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('src/', () => {
  test('holds exactly the rooms of the floors table', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    expect(rooms.sort()).toEqual(floors.flatMap((floor) => floor.rooms).sort())
  })

  test('every room with a subpath has its index.ts', () => {
    const missing = publicRooms.filter((room) => !existsSync(join(root, 'src', room, 'index.ts')))
    expect(missing).toEqual([])
  })
})

describe('package-lock.json', () => {
  test('names no host to download from', () => {
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
    expect(lock).not.toMatch(/"resolved": "https?:/)
  })
})
