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
    expect(
      ['keep' as const, 'swap' as const, { keepOn: Uint16Array.of(2) }].map((mode) => isKept(mode, 2)),
    ).toEqual([true, false, true])
    const keepOn = Uint16Array.of(0, 2, 5, 65_535)
    const kept = [0, 1, 2, 3, 4, 5, 6, 65_534, 65_535].filter((netuid) => isKept({ keepOn }, netuid))
    expect(kept).toEqual([...keepOn])
    expect(isKept({ keepOn: new Uint16Array() }, 0)).toBe(false)
  })
})
