import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

interface Manifest {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly overrides: Record<string, string>
}
interface Lock {
  readonly packages: Record<
    string,
    { version?: string; resolved?: string; dependencies?: Record<string, string> }
  >
}

const read = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')) as T
const root = read<Manifest>('package.json')
const example = read<Manifest>('examples/forecast/package.json')
const lock = read<Lock>('examples/forecast/package-lock.json')

describe('the packages npm start installs', () => {
  test('have the very versions of the main package.json', () => {
    const versions = { ...root.devDependencies, ...root.dependencies }
    for (const [name, version] of Object.entries(example.dependencies)) {
      expect(version, name).toBe(versions[name])
    }
    for (const [name, version] of Object.entries(example.overrides))
      expect(version).toBe(root.overrides[name])
  })

  test('hold everything the library itself depends on', () => {
    expect(Object.keys(example.dependencies)).toEqual(expect.arrayContaining(Object.keys(root.dependencies)))
  })

  test('are locked as the manifest says, without the address of a registry', () => {
    expect(lock.packages['']?.dependencies).toEqual(example.dependencies)
    for (const [path, { resolved }] of Object.entries(lock.packages)) expect(resolved, path).toBeUndefined()
    for (const [name, version] of Object.entries(example.dependencies)) {
      expect(lock.packages[`node_modules/${name}`]?.version).toBe(version)
    }
  })
})
