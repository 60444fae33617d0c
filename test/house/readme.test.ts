import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publicRooms } from '../../scripts/floors.mjs'
import { anchorsOf, brokenLinks, linksOf } from '../support/pageLinks.js'
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
    expect(brokenLinks(root, [path])).toEqual([])
  })

  test.each(pages.map((path) => ({ path })))('$path names no path of a machine', ({ path }) => {
    expect(read(path)).not.toMatch(/(^|[\s`'"(])\/(work|root|home|tmp|Users)\//)
  })
})

describe('the check of links', () => {
  test('sees every way to write one, and no code', () => {
    const page = [
      '[a](docs/a.md) ![b](b.png "B") [c](<c.md>) [d](#d) [out](https://example.org/x) [mail](mailto:x@example.org)',
      '`[code](code.md)` <a href="e.md">e</a>',
      '```md',
      '[fenced](fenced.md)',
      '```',
      '[f]: f.md',
    ].join('\n')
    expect(linksOf(page).sort()).toEqual(['#d', 'b.png', 'c.md', 'docs/a.md', 'e.md', 'f.md'])
  })

  test('derives anchors from headings', () => {
    const page =
      '# Two words\n## `code`, and more!\n### A [link](x.md)\n## Two words\n```\n# no heading\n```\n'
    expect([...anchorsOf(page)]).toEqual(['two-words', 'code-and-more', 'a-link', 'two-words-1'])
  })

  test('finds a file, a heading and a way out that are not there', () => {
    const links = [
      'README.md',
      'README.md#two-commands',
      '../package.json',
      'gone.md',
      'README.md#gone',
      '#gone',
      '../../x',
    ]
    const folder = mkdtempSync(join(tmpdir(), 'subnetkit-links-'))
    try {
      mkdirSync(join(folder, 'docs'))
      writeFileSync(join(folder, 'package.json'), '{}')
      writeFileSync(join(folder, 'docs/README.md'), '# Two commands\n')
      writeFileSync(join(folder, 'docs/page.md'), links.map((link) => `[x](${link})`).join(' '))
      expect(brokenLinks(folder, ['docs/page.md'])).toEqual(
        ['gone.md', 'README.md#gone', '#gone', '../../x'].map((link) => `docs/page.md -> ${link}`),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
