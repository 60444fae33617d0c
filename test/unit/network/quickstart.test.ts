import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'

const path = fileURLToPath(new URL('../../../examples/quickstart/subnet.ts', import.meta.url))

describe('the quickstart', () => {
  test('is a whole subnet in at most 60 lines, importing only from subnetkit and a schema library', () => {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
    expect(lines.length).toBeLessThanOrEqual(60)
    const imports = lines.flatMap((line) => line.match(/from '([^']+)'/)?.slice(1) ?? [])
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter((name) => !/^(subnetkit(\/.*)?|zod)$/.test(name))).toEqual([])
  })

  test('runs, and pays the exact miner more than the rounding one, and that one more than the guesser', async () => {
    const tables: { name: string; incentive: number }[][] = []
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const table = vi.spyOn(console, 'table').mockImplementation((rows) => void tables.push(rows))
    try {
      await import('../../../examples/quickstart/subnet.js')
    } finally {
      log.mockRestore()
      table.mockRestore()
    }
    expect(tables).toHaveLength(10)
    const incentives = new Map(tables.at(-1)!.map(({ name, incentive }) => [name, incentive]))
    expect(incentives.get('exact')).toBeGreaterThan(incentives.get('newton')!)
    expect(incentives.get('newton')).toBeGreaterThan(incentives.get('guess')!)
    expect(incentives.get('guess')).toBeGreaterThan(0)
  })
})
