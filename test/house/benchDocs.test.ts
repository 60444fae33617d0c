import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withTables } from '../../scripts/benchTables.mjs'
import { root } from './sources.js'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('docs/performance.md', () => {
  test('shows what the recorded results give', () => {
    const page = read('docs/performance.md')
    expect(page).toBe(withTables(page))
  })

  test('a changed figure would be noticed', () => {
    const page = read('docs/performance.md')
    const row = /^\|[^|]+\| [\d,]+ \|/m
    expect(page).toMatch(row)
    const changed = page.replace(row, (line) => line.replace(/\d/, '7777'))
    expect(withTables(changed)).not.toBe(changed)
  })
})

describe('bench/results/', () => {
  test('every line is a measurement with the machine, runtime and commit it was taken on', () => {
    const lines = read('bench/results/recorded.jsonl')
      .split('\n')
      .filter((line) => line !== '')
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        bench: expect.any(String),
        cpu: expect.any(String),
        cores: expect.any(Number),
        node: expect.stringMatching(/^v\d+/),
        commit: expect.stringMatching(/^[0-9a-f]{7,}$/),
      })
    }
  })
})

describe('bench/naiveYuma.mjs', () => {
  test('is the baseline that every recorded ratio refers to, byte for byte', () => {
    const digest = createHash('sha256').update(read('bench/naiveYuma.mjs')).digest('hex')
    expect(digest).toBe('4cc90f7728d97a8b7d8284c3a1965a7db7de9670e72ed06c155335671140b5e9')
  })
})
