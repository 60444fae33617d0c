import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publicRooms } from '../../scripts/floors.mjs'
import { filesBelow, root } from './sources.js'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = [
  'README.md',
  'CHANGELOG.md',
  'bench/README.md',
  ...filesBelow('docs', '.md').map(({ path }) => path),
]
  .filter((path) => !path.startsWith('docs/api/'))
  .concat(filesBelow('examples', '.md').map(({ path }) => path))

describe('README.md', () => {
  const readme = read('README.md')
  const quickstart = read('examples/quickstart/subnet.ts')

  test('shows the quickstart as it is', () => {
    const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]!)
    expect(blocks).toEqual([quickstart])
  })

  test('the quickstart is a whole subnet in at most 60 lines that imports subnetkit and a schema library only', () => {
    const lines = quickstart.split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeLessThanOrEqual(60)
    const imports = [...quickstart.matchAll(/from '([^']+)'/g)].map((match) => match[1]!)
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter((path) => !/^(subnetkit(\/[a-z]+)?|zod)$/.test(path))).toEqual([])
  })

  test('names every room that can be imported', () => {
    expect(publicRooms.filter((room) => !readme.includes(`subnetkit/${room}\``))).toEqual([])
  })

  test('calls only commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const called = [...readme.matchAll(/npm run ([a-z]+)/g)].map((match) => match[1]!)
    expect(called.filter((name) => !(name in scripts))).toEqual([])
    const examples = [...readme.matchAll(/(examples\/[\w./-]+\.ts)/g)].map((match) => match[1]!)
    expect(examples.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('every page', () => {
  test.each(pages.map((path) => ({ path })))('$path links only to what exists', ({ path }) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!.split('#')[0]!)
    const local = links.filter((link) => link !== '' && !/^https?:/.test(link))
    const folder = join(root, path, '..')
    expect(local.filter((link) => !existsSync(join(folder, link)))).toEqual([])
  })

  test.each(pages.map((path) => ({ path })))('$path names no path of a machine', ({ path }) => {
    expect(read(path)).not.toMatch(/(^|[\s`'"(])\/(work|root|home|tmp|Users)\//)
  })
})
