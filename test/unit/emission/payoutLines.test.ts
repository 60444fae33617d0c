import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EmissionScheduler, type EpochPayout, type PayoutLine } from '../../../src/emission/index.js'

type Line = PayoutLine<string>

const row = (hotkey: string, owner: string, alpha: bigint) => ({
  hotkey,
  owner,
  alpha,
  rootRao: 0n,
  takeU16: 0,
  childkeyTakeU16: 0,
  hasUid: true,
})
const pending = { serverAlpha: 410n, validatorAlpha: 410n, rootAlpha: 9n, ownerCutAlpha: 180n }
const payout = {
  rows: [row('a', 'A', 100n), row('b', 'B', 300n), row('o', 'O', 0n)],
  links: [],
  incentiveAlpha: [395n, 0n, 12n],
  dividendAlpha: [0n, 413n, 0n],
  owner: { hotkey: 'o', coldkey: 'O' },
  ownerIncentiveIsRecycled: false,
  autoStake: new Map<string, string>(),
  pending,
}

/** What is said of nobody is left out. */
const told = (lines: readonly Line[]): string[] =>
  lines.map(({ pot, reason, hotkey, coldkey, through, alpha }) => {
    const whose = hotkey === null ? '' : ` of ${hotkey}/${coldkey}`
    return `${pot}: ${reason} ${alpha}${whose}${through === null ? '' : ` through ${through.kind} ${through.hotkey}`}`
  })

describe('EmissionScheduler.explainPayout', () => {
  const scheduler = new EmissionScheduler()

  it('says of each pot who got what of it, what was withheld, and what is left', () => {
    expect(told(scheduler.explainPayout({ ...payout, autoStake: new Map([['A', 'b']]) }))).toEqual([
      'ownerCut: ownerCut 180 of o/O',
      'server: incentive 395 of b/A through miner a',
      'server: burnedIncentive 12 of o/O',
      'validator: dividend 410 of b/B',
      'server: rounding 3',
      'root: unearned 9',
    ])
  })

  it('takes the columns of an epoch as they are', () => {
    const columns = {
      incentiveAlpha: BigUint64Array.from(payout.incentiveAlpha),
      dividendAlpha: BigUint64Array.from(payout.dividendAlpha),
    }
    expect(scheduler.explainPayout({ ...payout, ...columns })).toEqual(scheduler.explainPayout(payout))
    const short = { ...payout, incentiveAlpha: new BigUint64Array(2) }
    expect(() => scheduler.explainPayout(short)).toThrow(/payout.incentiveAlpha/)
    const numbers = { ...payout, incentiveAlpha: Float64Array.of(395, 0, 12) as never }
    expect(() => scheduler.explainPayout(numbers)).toThrow(/BigUint64Array/)
  })

  it('says of incentive above its pot what is missing', () => {
    const lines = scheduler.explainPayout({ ...payout, incentiveAlpha: [400n, 0n, 12n] })
    expect(told(lines)).toContain('server: rounding -2')
  })

  it('counts the pot of servers to the validators where nobody has an incentive', () => {
    const lines = scheduler.explainPayout({ ...payout, incentiveAlpha: [0n, 0n, 0n] })
    expect(told(lines).slice(1)).toEqual(['validator: dividend 820 of b/B', 'root: unearned 9'])
  })

  it('divides a dividend by whose stake earned it, and says what childkeys burned besides', () => {
    const { rows, ...rest } = payout
    const child = { ...row('child', 'B', 100n), childkeyTakeU16: 13_107 }
    const lines = new EmissionScheduler({ childkeyBurnU64: 2n ** 62n }).explainPayout({
      ...rest,
      rows: [child, row('parent', 'A', 100n)],
      links: [{ parent: 1, child: 0, proportionU64: 2n ** 64n - 1n }],
      incentiveAlpha: [0n, 0n],
      dividendAlpha: [1_000n, 0n],
      pending: { serverAlpha: 0n, validatorAlpha: 874_000n, rootAlpha: 0n, ownerCutAlpha: 0n },
    })
    // Of 1000 the parent's stake earned 500: 125 are burned, the child takes 99.99..., and 275.0... are the parent's. So the pot is shared 599 to
    // 275: just below 599000 and 275000, as proportions are floored. What the child has is its own by 500 in 599.99...: 499165.8...
    expect(told(lines)).toEqual([
      'validator: childkeyBurn 125 of parent/A through child child',
      'validator: dividend 499165 of child/B',
      'validator: dividend 99834 of child/B through parent parent',
      'validator: dividend 274999 of parent/A through child child',
      'validator: drawn -125',
      'validator: rounding 2',
    ])
  })

  it('adds up to what was pending, to each payment, and to what was withheld, whatever the epoch', () => {
    fc.assert(
      fc.property(anyEpoch, ({ childkeyBurnU64, ...given }) => {
        const chain = new EmissionScheduler({ childkeyBurnU64 })
        const lines = chain.explainPayout(given)
        const plan = chain.planPayout(given)
        const { serverAlpha, validatorAlpha, rootAlpha, ownerCutAlpha } = given.pending
        const isServed = given.incentiveAlpha.some((alpha) => alpha > 0n)
        expect(sumsBy(lines, ({ pot }) => pot)).toEqual(
          sumsBy(
            [
              { pot: 'ownerCut', alpha: ownerCutAlpha },
              { pot: isServed ? 'server' : 'validator', alpha: serverAlpha },
              { pot: 'validator', alpha: validatorAlpha },
              { pot: 'root', alpha: rootAlpha },
            ],
            ({ pot }) => pot,
          ),
        )
        const ownerOf = new Map(given.rows.map(({ hotkey, owner }) => [hotkey, owner]))
        expect(
          sumsBy(lines.filter(isPaid), ({ reason, hotkey, coldkey }) => `${reason} ${hotkey} ${coldkey}`),
        ).toEqual(
          sumsBy(plan.payments, (payment) => {
            const coldkey = payment.kind === 'stake' ? payment.coldkey : ownerOf.get(payment.hotkey)
            return `${payment.reason} ${payment.hotkey} ${coldkey}`
          }),
        )
        const sums = sumsBy(lines, ({ reason }) => reason)
        const of = (reason: Line['reason']): bigint => sums.get(reason) ?? 0n
        expect(of('burnedIncentive')).toBe(plan.burnedAlpha)
        expect(of('recycledIncentive') + of('childkeyBurn')).toBe(plan.recycledAlpha)
        expect(of('drawn')).toBe(-of('childkeyBurn'))
        const negative = lines.filter(({ alpha }) => alpha < 0n)
        expect(
          negative.every(
            ({ pot, reason }) => reason === 'drawn' || (pot === 'server' && reason === 'rounding'),
          ),
        ).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

const NOT_PAID: ReadonlySet<Line['reason']> = new Set([
  'burnedIncentive',
  'recycledIncentive',
  'childkeyBurn',
  'drawn',
  'rounding',
  'unearned',
])
const isPaid = ({ reason }: Line): boolean => !NOT_PAID.has(reason)

/** Sums other than 0. */
function sumsBy<T extends { readonly alpha: bigint }>(
  all: readonly T[],
  keyOf: (one: T) => string,
): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const one of all) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0n) + one.alpha)
  return new Map([...sums].filter(([, alpha]) => alpha !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Often nothing or next to nothing. */
const amount = fc.oneof(fc.constant(0n), fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 12n))
const coldkey = fc.constantFrom('A', 'B', 'O')
const u16 = fc.oneof(fc.constant(0), fc.nat(65_535))
const anyRow = fc.record({
  owner: coldkey,
  alpha: amount,
  rootRao: amount,
  takeU16: u16,
  childkeyTakeU16: u16,
  hasUid: fc.boolean(),
})
const anyEpoch: fc.Arbitrary<EpochPayout<string> & { childkeyBurnU64: bigint }> = fc
  .record({
    entries: fc.array(fc.tuple(anyRow, amount, amount), { minLength: 1, maxLength: 8 }),
    loans: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.bigInt(0n, 2n ** 63n)), { maxLength: 6 }),
    wishes: fc.array(fc.tuple(coldkey, fc.nat(7)), { maxLength: 2 }),
    pending: fc.record({
      serverAlpha: amount,
      validatorAlpha: amount,
      rootAlpha: amount,
      ownerCutAlpha: amount,
    }),
    ownerIncentiveIsRecycled: fc.boolean(),
    childkeyBurnU64: fc.oneof(fc.constant(0n), fc.bigInt(0n, 2n ** 64n - 1n)),
  })
  .map(({ entries, loans, wishes, ...rest }) => ({
    ...rest,
    rows: entries.map(([one], at) => ({ hotkey: `hot-${at}`, ...one })),
    links: loans
      .filter(([parent, child]) => parent !== child && parent < entries.length && child < entries.length)
      .map(([parent, child, proportionU64]) => ({ parent, child, proportionU64 })),
    incentiveAlpha: entries.map(([, incentive]) => incentive),
    dividendAlpha: entries.map(([, , dividend]) => dividend),
    owner: { hotkey: 'hot-0', coldkey: 'O' },
    autoStake: new Map(wishes.map(([owner, at]) => [owner, `hot-${at}`])),
  }))
