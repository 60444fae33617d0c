import { describe, expect, it } from 'vitest'
import { maxUpscaledWeights } from '../../../../src/ledger/rules/maxUpscaledWeights.js'
import {
  bumpedBurnRao,
  decayedBurnRao,
  registrationDecayQ32,
} from '../../../../src/ledger/rules/registrationPrice.js'
import { subnetLockCostRao } from '../../../../src/ledger/rules/subnetLockCost.js'
import { uidToReplace } from '../../../../src/ledger/rules/uidToReplace.js'

describe('registration price', () => {
  const params = {
    minBurnRao: 1n,
    maxBurnRao: 100_000_000_000n,
    burnHalfLifeBlocks: 2,
    burnIncreaseMultBits: 23_242_897_532_874_035_200n,
  }

  it('halves in a half-life, floored each block', () => {
    const prices = [1_024n]
    for (let block = 2; block <= 5; block++) prices.push(decayedBurnRao(prices.at(-1)!, block, params))
    expect([prices[2], prices[4]]).toEqual([511n, 255n])
  })

  it('does not decay before block 2 or without a half-life, and keeps its bounds', () => {
    expect(decayedBurnRao(1_024n, 1, params)).toBe(1_024n)
    expect(decayedBurnRao(1_024n, 9, { ...params, burnHalfLifeBlocks: 0 })).toBe(1_024n)
    expect(decayedBurnRao(5n, 1, { ...params, minBurnRao: 50n, maxBurnRao: 20n })).toBe(20n)
  })

  it('rises by 26 percent with a registration, and never falls by one', () => {
    expect(bumpedBurnRao(1_000_000_000n, params)).toBe(1_260_000_000n)
    expect(bumpedBurnRao(1_000n, { ...params, burnIncreaseMultBits: 1n })).toBe(1_000n)
  })

  it('has the decay factor the reference computes', () => {
    expect(registrationDecayQ32(360)).toBe(4_286_705_684n)
  })
})

describe('subnetLockCostRao', () => {
  const tao = 1_000_000_000n
  const state = {
    lastLockRao: 1_000n * tao,
    lastLockBlock: 1_000,
    minLockRao: 100n * tao,
    lockReductionIntervalBlocks: 100_000,
  }

  it('doubles at once, is back after one interval, and ends at the minimum', () => {
    expect(subnetLockCostRao(state, 1_000, tao)).toBe(2_000n * tao)
    expect(subnetLockCostRao(state, 101_000, tao)).toBe(1_000n * tao)
    expect(subnetLockCostRao(state, 900_000, tao)).toBe(100n * tao)
  })

  it('falls twice as fast after a halving', () => {
    expect(subnetLockCostRao(state, 51_000, tao / 2n)).toBe(1_000n * tao)
  })

  it('keeps the doubled price when nothing is emitted any more', () => {
    expect(subnetLockCostRao(state, 900_000, 0n)).toBe(2_000n * tao)
  })

  it('does not double the initial price', () => {
    expect(subnetLockCostRao({ ...state, lastLockBlock: 0 }, 0, tao)).toBe(1_000n * tao)
  })
})

describe('uidToReplace', () => {
  const rule = {
    block: 100,
    immunityPeriodBlocks: 50,
    minNonImmuneUids: 1,
    ownerImmuneUidsLimit: 1,
    ownerHotkeyUid: null,
  }
  const neuron = (uid: number, registeredAtBlock: number, emissionAlpha: bigint, isSubnetOwners = false) => ({
    uid,
    registeredAtBlock,
    emissionAlpha,
    isSubnetOwners,
  })

  it('takes the lowest earner, then the oldest, then the lowest uid', () => {
    expect(uidToReplace([neuron(0, 1, 5n), neuron(1, 1, 4n), neuron(2, 1, 6n)], rule)).toBe(1)
    expect(uidToReplace([neuron(0, 2, 5n), neuron(1, 1, 5n), neuron(2, 1, 5n)], rule)).toBe(1)
  })

  it('spares immune neurons while enough others remain, and then only them', () => {
    expect(uidToReplace([neuron(0, 90, 0n), neuron(1, 1, 5n), neuron(2, 1, 6n)], rule)).toBe(1)
    expect(uidToReplace([neuron(0, 90, 9n), neuron(1, 1, 5n)], rule)).toBe(0)
    expect(uidToReplace([neuron(1, 1, 5n)], rule)).toBeNull()
  })

  it("never takes the owner's oldest neuron or the owner hotkey", () => {
    const neurons = [neuron(0, 1, 0n, true), neuron(1, 2, 1n, true), neuron(2, 3, 9n), neuron(3, 3, 9n)]
    expect(uidToReplace(neurons, rule)).toBe(1)
    expect(uidToReplace(neurons, { ...rule, ownerHotkeyUid: 1 })).toBe(0)
  })
})

describe('maxUpscaledWeights', () => {
  it('scales the largest to 65535 and rounds half up', () => {
    expect(maxUpscaledWeights(Uint16Array.of(1, 2))).toEqual(Uint16Array.of(32_768, 65_535))
    expect(maxUpscaledWeights(Uint16Array.of(0, 0))).toEqual(Uint16Array.of(0, 0))
    expect(maxUpscaledWeights(new Uint16Array(0))).toEqual(new Uint16Array(0))
    expect(maxUpscaledWeights(Uint16Array.of(65_535, 1))).toEqual(Uint16Array.of(65_535, 1))
  })
})
