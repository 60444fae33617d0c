import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { QUERIES } from '../../src/ledger/queries/queryTable.js'

it('docs/ledger.md lists every query', () => {
  const page = readFileSync('docs/ledger.md', 'utf8')
  const [, section = ''] = page.split('## Queries')
  const [table = ''] = section.split('\n## ')
  const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(listed).toEqual(Object.keys(QUERIES))
})
