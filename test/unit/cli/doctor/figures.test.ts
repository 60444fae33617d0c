import { describe, expect, test } from 'vitest'
import { percentilesOf } from '../../../../src/cli/doctor/latency.js'
import { skew } from '../../../../src/cli/doctor/skew.js'

describe('percentilesOf', () => {
  test('takes the nearest rank', () => {
    const times = Array.from({ length: 100 }, (_, at) => 100 - at)
    expect(percentilesOf(times)).toEqual({ p50Ms: 50, p90Ms: 90, p99Ms: 99, maxMs: 100 })
    expect(percentilesOf([7])).toEqual({ p50Ms: 7, p90Ms: 7, p99Ms: 7, maxMs: 7 })
    expect(percentilesOf([1, 9])).toEqual({ p50Ms: 1, p90Ms: 9, p99Ms: 9, maxMs: 9 })
  })
})

describe('skew', () => {
  const oursMs = 1_700_000_000_500
  const at = (theirsMs: number) => skew({ date: { theirsMs, oursMs } })

  test('allows for the seconds that the header leaves out', () => {
    expect(at(1_700_000_000_000)).toMatchObject({ status: 'ok', facts: { skewMs: 0 } })
    expect(at(1_700_000_005_000)).toMatchObject({ status: 'ok', facts: { skewMs: 5_000 } })
  })

  test('warns above five seconds, fails above sixty, and says which is ahead', () => {
    expect(at(1_700_000_006_000)).toMatchObject({
      status: 'warning',
      says: 'Its clock is 6.0 s ahead of this one.',
    })
    expect(at(1_699_999_939_000)).toMatchObject({
      status: 'failed',
      says: 'Its clock is 61.0 s behind this one.',
    })
  })

  test('is not tried where no time is told', () => {
    expect(skew({}).status).toBe('notTried')
  })
})
