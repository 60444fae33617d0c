import { expect, test, vi } from 'vitest'

test('the matrix example runs, pays by precision, and pays nothing for the same work under a second name', async () => {
  const tables: { name: string; incentive: number }[][] = []
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const table = vi.spyOn(console, 'table').mockImplementation((rows) => void tables.push(rows))
  try {
    await import('../../../examples/matrix/subnet.js')
  } finally {
    log.mockRestore()
    table.mockRestore()
  }
  expect(tables).toHaveLength(8)
  const incentives = new Map(tables.at(-1)!.map(({ name, incentive }) => [name, incentive]))
  expect(incentives.get('exact')).toBeGreaterThan(incentives.get('heron')!)
  expect(incentives.get('heron')).toBeGreaterThan(incentives.get('rough')!)
  expect(incentives.get('rough')).toBeGreaterThan(0)
  expect(incentives.get('twin')).toBe(0)
})
