import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './sources.js'

/** Pages that somebody reads from the top; tables of reference, such as docs/calls.md, are looked up. */
const pages = [
  'README.md',
  ...['architecture', 'faults', 'http', 'observability', 'router', 'security', 'simulate', 'testing'].map(
    (name) => `docs/${name}.md`,
  ),
  'docs/your-own-subnet.md',
]

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The words of each row, the forms of one word in one list. */
const rows = [...read('docs/glossary.md').matchAll(/^\| ([a-z][a-z, -]*) \| .+ \|$/gm)].map(
  ([, words = '']) => words.split(', '),
)

/** Prose alone: code says names, headings are no place for links, and rows about a name are looked up. */
function proseOf(page: string): string {
  return page
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/^#.*$/gm, '')
    .replaceAll(/^\| `.*$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')
}

/** What a page uses without having linked it: of each row the first use, with the words around it. */
function unlinked(page: string): string[] {
  const prose = proseOf(page)
  return rows.flatMap((forms) => {
    const any = forms.map((form) => form.replaceAll(' ', '\\s')).join('|')
    const use = new RegExp(`(?<![\\w-])(?:${any})s?(?![\\w-])`, 'i').exec(prose)
    if (use === null) return []
    const before = prose.slice(0, use.index).split('\n').at(-1) ?? ''
    const after = prose.slice(use.index)
    const isLinked = /\[[^\]]*$/.test(before) && /^[^[]*?\]\((docs\/)?glossary\.md\)/.test(after)
    return isLinked ? [] : [`${before.slice(-30)}${after.slice(0, 30)}`.replaceAll('\n', ' ')]
  })
}

describe('docs/glossary.md', () => {
  test('has its words in order, each once', () => {
    const firsts = rows.map(([first]) => first)
    expect(firsts.length).toBeGreaterThan(10)
    expect(firsts).toEqual([...new Set(firsts)].sort())
  })

  test.each(pages.map((path) => ({ path })))('is linked by $path where it uses a word first', ({ path }) => {
    expect(unlinked(read(path))).toEqual([])
  })

  test('would miss no word that is not linked', () => {
    const page =
      '# A carrier\n`carrier`\n```ts\ncarrier\n```\nThe [carriers](glossary.md) and a carrier. Hedged calls.\n'
    expect(unlinked(page)).toEqual([expect.stringMatching(/ and a carrier\. Hedged calls\. $/)])
    expect(unlinked('A [virtual\ntime](glossary.md).')).toEqual([])
    expect(unlinked('A carrier, and [a carrier](glossary.md).')).toHaveLength(1)
  })
})
