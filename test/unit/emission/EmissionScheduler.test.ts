import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localnetPreset, referencePreset } from '../../../src/chain/index.js'
import {
  DEFAULT_QUOTE_WEIGHT_E18,
  type EmissionPolicy,
  EmissionScheduler,
  type EmittingSubnets,
  equalPolicy,
  fixedPricePool,
  mechanismPool,
  PRICE_ONE_BITS,
  type Reserves,
  referencePolicy,
  type SubnetPool,
} from '../../../src/emission/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { rulesOf } from '../../../src/ledger/rules/ruleSets.js'
import { constantProductPool } from '../../contract/constantProductPool.js'

const subnetsOf = (...netuid: number[]) => ({
  netuid,
  reserves: netuid.map(() => ({ taoRao: 0n, alphaIn: 0n })),
})
const subnets = subnetsOf(1, 2, 5)

const policyOf = (split: EmissionPolicy['split']): EmissionScheduler<Reserves> =>
  new EmissionScheduler({ policy: { name: 'test', split }, pool: fixedPricePool })

const rao = (...amounts: bigint[]): bigint[] => amounts.map((amount) => amount << 32n)

describe('EmissionScheduler', () => {
  it('does without options as the reference does, and as a ledger without a policy', () => {
    const scheduler = new EmissionScheduler()
    expect([scheduler.policy, scheduler.pool]).toEqual([referencePolicy, mechanismPool])
    for (const { config } of [referencePreset, localnetPreset()])
      expect(rulesOf(config, undefined).policy(config)).toBe(scheduler.policy)
  })

  it('shares by moving price, and lets in what root’s part of the alpha allows', () => {
    const held = {
      taoRao: 10n ** 12n,
      alphaIn: 10n ** 12n,
      quoteWeightE18: DEFAULT_QUOTE_WEIGHT_E18,
      feeU16: 33,
      mechanism: 1,
    } as const
    const split = new EmissionScheduler().splitBlock(1_000_000_000n, {
      netuid: [1, 2],
      reserves: [held, held],
      movingPriceBits: [3n * PRICE_ONE_BITS, PRICE_ONE_BITS],
      rootProportionBits: [1n << 30n, 1n << 30n],
    })
    // A quarter of a block's alpha, one of 10^9, goes in at a price of 1; the second subnet has no more than that to take.
    expect(split.subnets.map(({ taoInRao, excessRao }) => [taoInRao, excessRao])).toEqual([
      [250_000_000n, 500_000_000n],
      [250_000_000n, 0n],
    ])
  })
})

describe('EmissionScheduler.splitBlock', () => {
  const scheduler = new EmissionScheduler({ policy: equalPolicy, pool: fixedPricePool })

  it('gives every subnet the same whole part as TAO and as alpha where policy and pool say so', () => {
    const part = { taoInRao: 333_333_333n, alphaIn: 0n, alphaOut: 333_333_333n, excessRao: 0n }
    expect(scheduler.splitBlock(1_000_000_000n, subnets).subnets).toEqual([part, part, part])
  })

  it('recycles the remainder, and everything when no subnet emits', () => {
    expect(scheduler.splitBlock(1_000_000_000n, subnets).recycledRao).toBe(1n)
    expect(scheduler.splitBlock(1_000_000_000n, subnetsOf())).toEqual({
      subnets: [],
      recycledRao: 1_000_000_000n,
    })
  })

  it('hands out and recycles exactly the block emission', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.integer({ min: 0, max: 128 }), (emissionRao, count) => {
        const open = subnetsOf(...Array.from({ length: count }, (_, index) => index + 1))
        const split = scheduler.splitBlock(emissionRao, open)
        const spent = split.subnets.reduce((sum, { taoInRao, excessRao }) => sum + taoInRao + excessRao, 0n)
        expect(spent + split.recycledRao).toBe(emissionRao)
      }),
    )
  })

  it('asks a policy for TAO only: a policy of its own is a name and a few lines', () => {
    const byPrice: EmissionPolicy = {
      name: 'by price',
      split(emissionBits, { priceBits }) {
        const sum = priceBits.reduce((total, price) => total + price, 0n)
        return priceBits.map((price) => (sum === 0n ? 0n : (emissionBits * price) / sum))
      },
    }
    // Prices of 1 and 1/2, so shares of 2/3 and 1/3.
    const priced = {
      netuid: [1, 2],
      reserves: [
        { taoRao: 1_000n, alphaIn: 1_000n },
        { taoRao: 1_000n, alphaIn: 2_000n },
      ],
    }
    const split = new EmissionScheduler({ policy: byPrice, pool: constantProductPool }).splitBlock(
      100n,
      priced,
    )
    expect(split.subnets.map(({ taoInRao, excessRao }) => taoInRao + excessRao)).toEqual([66n, 33n])
    expect(split.recycledRao).toBe(1n)
  })

  it('shows a policy every fact it was given, and neutral ones for the rest', () => {
    const seen: EmittingSubnets[] = []
    const curious = policyOf((_, shown) => {
      seen.push(shown)
      return rao(0n, 0n, 0n)
    })
    curious.splitBlock(10n, {
      ...subnets,
      minerBurnedBits: [1n, 2n, 3n],
      emissionEnabled: [true, false, true],
    })
    expect(seen).toEqual([
      {
        ...subnets,
        alphaOut: [0n, 0n, 0n],
        priceBits: [PRICE_ONE_BITS, PRICE_ONE_BITS, PRICE_ONE_BITS],
        movingPriceBits: [PRICE_ONE_BITS, PRICE_ONE_BITS, PRICE_ONE_BITS],
        minerBurnedBits: [1n, 2n, 3n],
        rootProportionBits: [0n, 0n, 0n],
        emissionEnabled: [true, false, true],
      },
    ])
  })

  it('lets the pool decide what goes in, what is minted and what is excess, of parts of a rao too', () => {
    const offers: unknown[] = []
    const halving: SubnetPool = {
      ...fixedPricePool,
      name: 'halving',
      planInjection(_, offer) {
        offers.push(offer)
        return { taoInRao: 3n, alphaIn: 7n, alphaOut: 50n, excessRao: 2n }
      },
    }
    const scheduler = new EmissionScheduler({ pool: halving })
    const facts = { alphaOut: [40n, 0n], rootProportionBits: [1n, 0n] }
    const split = scheduler.splitBlock(11n, { ...subnetsOf(1, 2), ...facts })
    const part = { taoInRao: 3n, alphaIn: 7n, alphaOut: 50n, excessRao: 2n }
    expect(split).toEqual({ subnets: [part, part], recycledRao: 1n })
    const taoBits = (11n << 32n) / 2n
    expect(offers).toEqual([
      { taoBits, alphaOut: 40n, rootProportionBits: 1n },
      { taoBits, alphaOut: 0n, rootProportionBits: 0n },
    ])
  })

  it.each([
    ['more than the emission', () => rao(6n, 5n, 0n)],
    ['a negative amount', () => rao(-1n, 1n, 1n)],
    ['too few amounts', () => rao(1n, 1n)],
    ['too many amounts', () => rao(1n, 1n, 1n, 1n)],
    ['what is no amount', () => [1, 1, 1] as never],
  ])('refuses a policy that gives %s', (_, split) => {
    const refusal = expect(() => policyOf(split).splitBlock(10n, subnets))
    refusal.toThrow(InvalidArgumentError)
    refusal.toThrow(/policy test/)
  })

  it('counts the amounts of a policy by the subnets that it was asked about', () => {
    const emptying = policyOf((_, { netuid }) => {
      ;(netuid as number[]).length = 0
      return []
    })
    expect(() => emptying.splitBlock(10n, subnetsOf(1, 2))).toThrow(/policy test/)
  })

  const nothing = { taoInRao: 0n, alphaIn: 0n, alphaOut: 0n, excessRao: 0n }
  it.each<[string, Partial<Record<keyof SubnetPool, () => unknown>>]>([
    ['divides more than its share', { planInjection: () => ({ ...nothing, taoInRao: 3n, excessRao: 1n }) }],
    ['divides a negative amount', { planInjection: () => ({ ...nothing, alphaIn: -1n }) }],
    ['divides into numbers', { planInjection: () => ({ ...nothing, taoInRao: 1 }) }],
    ['divides into nothing', { planInjection: () => undefined }],
    ['has no number for a price', { price: () => Number.NaN }],
  ])('refuses a pool that %s', (_, wrong) => {
    const pool = { ...fixedPricePool, name: 'test', ...wrong } as SubnetPool
    const refusal = expect(() => new EmissionScheduler({ pool }).splitBlock(9n, subnets))
    refusal.toThrow(InvalidArgumentError)
    refusal.toThrow(/pool test/)
  })
})

describe('EmissionScheduler.splitParticipants', () => {
  const scheduler = new EmissionScheduler()

  it('pays the owner 17.99954 percent and halves the rest', () => {
    expect(scheduler.splitParticipants(1_000_000_000n)).toEqual({
      ownerCutAlpha: 179_995_422n,
      serverAlpha: 410_002_288n,
      validatorAlpha: 410_002_288n,
      rootAlpha: 0n,
    })
  })

  it('takes the part of root from the validators, as the reference does', () => {
    // From a block of the reference chain's coinbase vectors.
    expect(scheduler.splitParticipants(1_000_000_000n, { rootProportionBits: 347_775n })).toEqual({
      ownerCutAlpha: 179_995_422n,
      serverAlpha: 410_002_288n,
      validatorAlpha: 409_969_089n,
      rootAlpha: 33_198n,
    })
  })

  it('leaves the cut out where the subnet has switched it off', () => {
    expect(scheduler.splitParticipants(9n, { ownerCutEnabled: false })).toEqual({
      ownerCutAlpha: 0n,
      serverAlpha: 4n,
      validatorAlpha: 4n,
      rootAlpha: 0n,
    })
  })

  it('never hands out more than there is, and leaves at most three units', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 2n ** 32n), (alphaOut, rootProportionBits) => {
        const split = scheduler.splitParticipants(alphaOut, { rootProportionBits })
        const paid = split.ownerCutAlpha + split.serverAlpha + split.validatorAlpha + split.rootAlpha
        expect(paid).toBeLessThanOrEqual(alphaOut)
        expect(alphaOut - paid).toBeLessThanOrEqual(3n)
      }),
    )
  })
})

describe('EmissionScheduler.planPayout', () => {
  const scheduler = new EmissionScheduler()
  const neuron = (hotkey: string, owner: string, alpha: bigint) => ({
    hotkey,
    owner,
    alpha,
    rootRao: 0n,
    takeU16: 6_553,
    childkeyTakeU16: 0,
    hasUid: true,
  })
  const pending = { serverAlpha: 410n, validatorAlpha: 410n, rootAlpha: 0n, ownerCutAlpha: 180n }
  const payout = {
    rows: [neuron('a', 'A', 100n), neuron('b', 'B', 300n), neuron('o', 'O', 0n)],
    links: [],
    incentiveAlpha: [400n, 0n, 10n],
    dividendAlpha: [0n, 410n, 0n],
    owner: { hotkey: 'o', coldkey: 'O' },
    ownerIncentiveIsRecycled: false,
    autoStake: new Map<string, string>(),
    pending,
  }

  it('pays owner, servers, takes and stakers in this order', () => {
    // Take of b: floor(410 * 6553 / 65535) = 40.99... = 40; the rest, 369.0..., is shared by its stakers.
    expect(scheduler.planPayout(payout).payments).toEqual([
      { kind: 'stake', reason: 'ownerCut', hotkey: 'o', coldkey: 'O', alpha: 180n },
      { kind: 'stake', reason: 'incentive', hotkey: 'a', coldkey: 'A', alpha: 400n },
      { kind: 'stake', reason: 'take', hotkey: 'b', coldkey: 'B', alpha: 40n },
      { kind: 'all', reason: 'dividend', hotkey: 'b', alpha: 369n },
    ])
  })

  it("burns incentive of the owner's own hotkeys, or recycles it", () => {
    expect(scheduler.planPayout(payout)).toMatchObject({
      burnedAlpha: 10n,
      recycledAlpha: 0n,
      minerBurnedBits: (10n << 32n) / 410n,
    })
    expect(scheduler.planPayout({ ...payout, ownerIncentiveIsRecycled: true })).toMatchObject({
      burnedAlpha: 0n,
      recycledAlpha: 10n,
    })
  })

  it('stakes incentive where its coldkey wants it', () => {
    const { payments } = scheduler.planPayout({ ...payout, autoStake: new Map([['A', 'b']]) })
    expect(payments[1]).toMatchObject({ reason: 'incentive', hotkey: 'b', coldkey: 'A', alpha: 400n })
  })

  it("gives the servers' part to the validators when there is no incentive at all", () => {
    const { payments } = scheduler.planPayout({ ...payout, incentiveAlpha: [0n, 0n, 0n] })
    // floor(820 * 6553 / 65535) = 81, floor(738.006...) = 738
    expect(payments.slice(1).map(({ alpha }) => alpha)).toEqual([81n, 738n])
  })

  it('refuses a column that does not fit the rows', () => {
    expect(() => scheduler.planPayout({ ...payout, dividendAlpha: [1n] })).toThrow(
      expect.objectContaining({
        code: 'Shape',
        field: 'payout.dividendAlpha',
        expectedLength: 3,
        actualLength: 1,
      }),
    )
  })

  it('never pays more than was pending and earned', () => {
    const amount = fc.bigInt(0n, 10n ** 12n)
    const anyRow = fc.record({
      owner: fc.constantFrom('A', 'B', 'O'),
      alpha: amount,
      rootRao: amount,
      take: fc.nat(11_796),
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyRow, amount, amount), { minLength: 1, maxLength: 8 }),
        fc.record({ serverAlpha: amount, validatorAlpha: amount, rootAlpha: amount, ownerCutAlpha: amount }),
        fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.bigInt(0n, 2n ** 62n)), { maxLength: 4 }),
        (entries, pots, loans) => {
          const plan = scheduler.planPayout({
            ...payout,
            rows: entries.map(([{ owner, alpha, rootRao, take }], index) => ({
              ...neuron(`hotkey ${index}`, owner, alpha),
              rootRao,
              takeU16: take,
            })),
            links: loans
              .filter(
                ([parent, child]) => parent !== child && parent < entries.length && child < entries.length,
              )
              .map(([parent, child, proportionU64]) => ({ parent, child, proportionU64 })),
            incentiveAlpha: entries.map(([, incentive]) => incentive),
            dividendAlpha: entries.map(([, , dividend]) => dividend),
            pending: pots,
          })
          const paidFor = (...reasons: string[]): bigint =>
            plan.payments.reduce(
              (sum, { reason, alpha }) => sum + (reasons.includes(reason) ? alpha : 0n),
              0n,
            )
          const incentive = entries.reduce((sum, [, alpha]) => sum + alpha, 0n)
          const pot = incentive === 0n ? pots.validatorAlpha + pots.serverAlpha : pots.validatorAlpha
          expect(paidFor('ownerCut')).toBe(pots.ownerCutAlpha)
          expect(paidFor('incentive') + plan.burnedAlpha).toBe(incentive)
          expect(paidFor('take', 'dividend')).toBeLessThanOrEqual(pot)
          expect(paidFor('rootTake', 'rootDividend')).toBeLessThanOrEqual(pots.rootAlpha)
        },
      ),
    )
  })
})
