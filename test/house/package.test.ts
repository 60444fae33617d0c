import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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
    const loose = Object.entries(ranges).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))
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
