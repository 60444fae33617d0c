import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './sources.js'

const page = readFileSync(join(root, 'docs/security.md'), 'utf8')

/** Tests that the page names, as file and title. */
const named = [...page.matchAll(/`(test\/[\w./-]+\.ts)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}))

describe('docs/security.md', () => {
  test.each(named.map(({ file, title }) => [file, title] as const))(
    'names a test that exists: %s, %s',
    (file, title) => {
      expect(existsSync(join(root, file)), file).toBe(true)
      expect(readFileSync(join(root, file), 'utf8')).toContain(title)
    },
  )

  test('gives each threat an attacker, a defence and a test', () => {
    const table = page.slice(page.indexOf('| Asset |'), page.indexOf('## What is not promised'))
    const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Asset'))
    expect(rows.length).toBeGreaterThan(15)
    for (const row of rows) {
      const cells = row.split(' | ')
      expect(cells.length, row).toBe(4)
      expect(cells[3], row).toMatch(/^`test\/[\w./-]+\.ts`: "[^"]+" \|$/)
    }
  })

  test('names every file and folder of tests that it speaks of as it is', () => {
    const paths = [...page.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
