import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('the trace of a weight row names files that are there, in about a dozen steps', () => {
  const page = readFileSync('docs/architecture.md', 'utf8')
  const [, trace = ''] = page.split('## A weight row, from score to payout')
  const [table = ''] = trace.split('\n## ')
  const paths = [...table.matchAll(/`([a-z]+\/[\w/]+\.ts)`/g)].map(([, path = '']) => `src/${path}`)
  expect(paths.length).toBeGreaterThan(12)
  expect(paths.filter((path) => !existsSync(path))).toEqual([])
  expect(table.match(/^\| [a-z]/gm)?.length).toBeLessThan(15)
})
