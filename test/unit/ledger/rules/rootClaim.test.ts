import { describe, expect, test } from 'vitest'
import {
  claimedAfterStake,
  claimedAfterUnstake,
  isKept,
  rootClaimAlpha,
  rootOwedAlpha,
} from '../../../../src/ledger/rules/rootClaim.js'

const half = 1n << 31n

describe('what stake on root may claim', () => {
  test('is what its rate earned, less what was claimed', () => {
    expect(rootOwedAlpha({ rateBits: half, rootStakeRao: 1_001n, claimedAlpha: 100n })).toBe(400n)
    expect(rootOwedAlpha({ rateBits: half, rootStakeRao: 1_000n, claimedAlpha: 501n })).toBe(0n)
  })

  test('is paid from the threshold on', () => {
    const facts = { rateBits: half, rootStakeRao: 1_000n, claimedAlpha: 0n }
    expect(rootClaimAlpha(facts, 500n)).toBe(500n)
    expect(rootClaimAlpha(facts, 501n)).toBe(0n)
  })

  test('does not change when stake comes or goes', () => {
    const claimed = claimedAfterStake(100n, half, 1_000n)
    expect(claimed).toBe(600n)
    expect(claimedAfterUnstake(claimed, half, 1_000n)).toBe(100n)
    expect(claimedAfterUnstake(100n, half, 1_000n)).toBe(0n)
  })

  test('is kept as alpha everywhere, nowhere, or on some subnets', () => {
    expect(['keep' as const, 'swap' as const, { keepOn: [2] }].map((mode) => isKept(mode, 2))).toEqual([
      true,
      false,
      true,
    ])
    expect(isKept({ keepOn: [2] }, 3)).toBe(false)
  })
})
