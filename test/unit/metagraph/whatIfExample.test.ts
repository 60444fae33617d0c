import { expect, test, vi } from 'vitest'

test('the metagraph example shows who would earn most on a real subnet, and a row as JSON', async () => {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    await import('../../../examples/metagraph/whatIf.js')
  } finally {
    log.mockRestore()
  }
  expect(lines).toHaveLength(5)
  // The order of the recorded float Yuma, whose largest share at a majority of half is 0.522075.
  expect(lines[1]).toMatch(/^Majority of half: uid 126 52\.2%, uid 244 18\.8%, uid 116 7\.3%/)
  expect(lines[3]).toContain('"stakeAlpha":"1894367100000000"')
})
