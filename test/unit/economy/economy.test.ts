import { describe, expect, test } from 'vitest'
import { SUBNETS } from '../../../examples/economy/cast.js'
import { drawChart } from '../../../examples/economy/drawChart.js'
import { runEconomy, type Sample } from '../../../examples/economy/runEconomy.js'
import { changesFrom, economySettings } from '../../../examples/economy/settings.js'
import { referencePreset } from '../../../src/chain/index.js'

const BLOCKS = 500
const [GOOD, FAIR, POOR, NEWCOMER] = [0, 1, 2, 3]
const run = runEconomy({ blocks: BLOCKS, seed: 'short' })

const sampleAt = (block: number): Sample => run.samples.find((sample) => sample.block === block)!

describe('the economy', () => {
  test('breaks no invariant, and the rules refuse none of its calls', () => {
    expect(run.broken).toEqual([])
    expect(run.refused).toEqual(new Map())
  })

  test('prices alpha by what customers pay for', () => {
    const prices = sampleAt(320).subnets.map((subnet) => subnet?.price ?? 0)
    expect(prices[GOOD]).toBeGreaterThan(prices[FAIR]!)
    expect(prices[FAIR]).toBeGreaterThan(prices[POOR]!)
  })

  test('prunes the subnet of the lowest price average for the one that comes, which begins without any', () => {
    expect(run.pruned).toHaveLength(1)
    const [{ block, at, by }] = run.pruned as [(typeof run.pruned)[0]]
    expect([at, by]).toEqual([POOR, NEWCOMER])
    const before = sampleAt(10 * Math.floor((block - 1) / 10))
    const after = sampleAt(10 * Math.ceil(block / 10))
    const averages = before.subnets.map((subnet) => subnet?.averagePrice ?? Number.POSITIVE_INFINITY)
    expect(averages.indexOf(Math.min(...averages))).toBe(POOR)
    expect(before.subnets[NEWCOMER]).toBeNull()
    expect(after.subnets[POOR]).toBeNull()
    expect(after.subnets[NEWCOMER]).toMatchObject({ averagePrice: 0, share: 0 })
  })

  test('shares all TAO by price average, and the other policy is half of that and half alike', () => {
    for (const { block, subnets } of run.samples) {
      const there = subnets.filter((subnet) => subnet !== null)
      const sharing = there.filter(({ asideShare }) => asideShare > 0)
      const sum = there.reduce((total, { share }) => total + share, 0)
      // Nobody has a price average when the first subnet begins.
      if (sum === 0) continue
      expect(sum, `block ${block}`).toBeCloseTo(1, 6)
      for (const { share, asideShare } of sharing)
        expect(asideShare, `block ${block}`).toBeCloseTo(share / 2 + 1 / (2 * sharing.length), 6)
    }
  })

  test('is the same again, and another with another seed', () => {
    expect(runEconomy({ blocks: BLOCKS, seed: 'short' })).toEqual(run)
    expect(runEconomy({ blocks: 200, seed: 'other' }).samples).not.toEqual(
      runEconomy({ blocks: 200, seed: 'short' }).samples,
    )
  })
})

describe('changesFrom', () => {
  test('tells every setting in which the run differs, but for the chain’s name and how the example makes its calls', () => {
    const reference = referencePreset.config
    const own = economySettings(BLOCKS)
    const differs = <T extends object>(a: T, b: T): string[] =>
      Object.keys(a).filter((name) => a[name as keyof T] !== b[name as keyof T])
    const settings = differs(reference, own).filter(
      (name) => !['chainId', 'testOriginAllowed', 'callOrder', 'hyperparameters'].includes(name),
    )
    const hyperparameters = differs(reference.hyperparameters, own.hyperparameters)
    const told = changesFrom(reference, own)
    expect(told).toHaveLength(settings.length + hyperparameters.length)
    expect(told).toContain('most subnets at once: 3 (128)')
    expect(told).toContain('part of its way that a price average goes, a block: 0.01 (0.000003)')
    expect(changesFrom(reference, reference)).toEqual([])
  })
})

describe('drawChart', () => {
  const texts = {
    names: SUBNETS.map(({ name }) => name),
    policies: ['the <chief>', 'aside'] as const,
    changes: ['one thing: 3 (128)'],
  }
  const svg = drawChart(run, texts)

  test('says who is pruned, both policies and every change, and loads nothing', () => {
    const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)
    expect(said.filter((text) => text === 'poor is pruned for newcomer')).toHaveLength(3)
    expect(said).toContain('Share of each block’s TAO: the &lt;chief&gt;')
    expect(said).toContain('Share of each block’s TAO: aside')
    expect(said).toContain('one thing: 3 (128)')
    expect(svg).not.toMatch(/<script|<image|href|url\(|NaN|undefined/)
  })

  test('ends each line that lasts with its last value, and breaks those of who is gone', () => {
    const last = run.samples.at(-1)!.subnets
    expect(svg).toContain(`>good ${last[GOOD]!.price.toFixed(2)}<`)
    expect(svg).not.toMatch(/>poor \d/)
    // Of prices, averages and two policies, for each subnet.
    const paths = [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, steps]) => steps!)
    expect(paths).toHaveLength(4 * SUBNETS.length)
    const points = (steps: string): number => steps.split(/[ML]/).length - 1
    expect(points(paths[2 * GOOD]!)).toBe(run.samples.length)
    expect(points(paths[2 * POOR]!) + points(paths[2 * NEWCOMER]!)).toBeLessThanOrEqual(run.samples.length)
  })
})
