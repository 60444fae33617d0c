import { describe, expect, it } from 'vitest'
import { saturatedU64 } from '../../../src/math/index.js'

describe('saturatedU64', () => {
  it('leaves what 64 bits hold, and ends at 0 and at 2^64 - 1', () => {
    expect([0n, 7n, 2n ** 64n - 1n].map(saturatedU64)).toEqual([0n, 7n, 2n ** 64n - 1n])
    expect([-1n, -(2n ** 70n)].map(saturatedU64)).toEqual([0n, 0n])
    expect([2n ** 64n, 2n ** 128n].map(saturatedU64)).toEqual([2n ** 64n - 1n, 2n ** 64n - 1n])
  })
})
