import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryGrowth, unexplained } from '../../scripts/soak/judge.mjs'
import { root } from './sources.js'

const MIB = 2 ** 20

describe('npm run soak', () => {
  const soak = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'scripts/soak.mjs'), ...args], { encoding: 'utf8' })

  test('explains itself', () => {
    const { status, stdout } = soak('--help')
    expect(status).toBe(0)
    for (const option of ['--minutes', '--connections', '--seed', '--memory-percent', '--record'])
      expect(stdout).toContain(option)
  })

  test.each([
    { args: ['--hours', '1'], what: "'--hours'" },
    { args: ['--minutes', '0'], what: '--minutes: pass a whole number from 1 to 10000.' },
    { args: ['--connections=many'], what: '--connections' },
    { args: ['file.jsonl'], what: "'file.jsonl'" },
  ])('refuses $args before any process starts', ({ args, what }) => {
    const { status, stdout, stderr } = soak(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(what)
    expect(stderr).not.toContain('is process')
  })
})

describe('unexplained', () => {
  const outage = { server: 1, fromMs: 100_000, toMs: 110_000 }

  test('lets a call fail whose server was down in its time, some seconds of grace included', () => {
    const failed = [
      { server: 1, fromMs: 80_000, toMs: 90_000 },
      { server: 1, fromMs: 90_000, toMs: 105_000 },
      { server: 1, fromMs: 119_999, toMs: 125_000 },
    ]
    expect(unexplained(failed, [outage])).toEqual({ explained: 3, others: [] })
  })

  test('names a call that failed at another time, at another server, or when a client was killed', () => {
    const failed = [
      { server: 1, fromMs: 80_000, toMs: 89_999 },
      { server: 1, fromMs: 120_001, toMs: 125_000 },
      { server: 2, fromMs: 100_000, toMs: 110_000 },
    ]
    const outages = [outage, { server: undefined, fromMs: 0, toMs: 200_000 }]
    expect(unexplained(failed, outages)).toEqual({ explained: 0, others: failed })
  })
})

describe('memoryGrowth', () => {
  /** A hundred samples over 100 seconds. */
  const run = (mib: (share: number) => number) =>
    memoryGrowth(
      Array.from({ length: 100 }, (_, at) => ({
        atMs: 1_000 * at,
        heapBytes: mib(at / 100) * MIB,
        rssBytes: 200 * MIB,
      })),
      100_000,
    )

  test('compares the mean of the last three quarters with that of the first, the warm-up left out', () => {
    // 10 s of warm-up, then 22.5 s against 67.5 s.
    const { samples, heap, rss } = run((share) => (share < 0.1 ? 5 : share < 0.325 ? 40 : 41))
    expect(samples).toBe(90)
    expect(heap).toEqual({ firstMib: 40, restMib: 41, percent: 2.5 })
    expect(rss).toEqual({ firstMib: 200, restMib: 200, percent: 0 })
  })

  test('sees a leak, and memory that is given back', () => {
    expect(run((share) => 40 + 40 * share).heap.percent).toBeGreaterThan(25)
    expect(run((share) => 80 - 40 * share).heap.percent).toBeLessThan(-10)
  })

  test('holds nothing level that was not measured', () => {
    expect(memoryGrowth([], 100_000).heap.percent).toBeGreaterThan(1e9)
  })
})
