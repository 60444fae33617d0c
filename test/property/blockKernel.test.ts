import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { EmissionScheduler, equalPolicy, referencePolicy } from '../../src/emission/index.js'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { beginBlock } from '../../src/ledger/block/beginBlock.js'
import { SubnetRulesCache } from '../../src/ledger/block/subnetRules.js'
import { BlockKernel } from '../../src/ledger/block/wasm/BlockKernel.js'
import { startKernel } from '../../src/ledger/block/wasm/startKernel.js'
import { hyperparameters, pendings, prices, reserves, tallies } from '../../src/ledger/state/tables.js'
import { E18, powRatioE18 } from '../../src/math/index.js'
import { addBareSubnet, contextAt } from '../vectors/contextAt.js'

const kernel = BlockKernel.shared()
if (kernel === null) throw new TypeError('There is no kernel to compare.')

/** Amounts of all sizes, each size as likely as another, and now and then the ends. */
const amount = (bits: number) =>
  fc.oneof(
    { weight: 12, arbitrary: sized(bits) },
    { weight: 1, arbitrary: fc.constantFrom(0n, 1n, (1n << BigInt(bits)) - 1n) },
  )

function sized(bits: number) {
  return fc
    .tuple(fc.integer({ min: 0, max: bits }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))
    .map(([size, digits]) => digits >> BigInt(64 - size))
}

/** Up to a limit, near the places where rules change. */
const upTo = (most: bigint) =>
  fc.oneof(fc.bigInt({ min: 0n, max: most }), fc.constantFrom(0n, most / 2n, most - 1n, most))

const weight = fc.oneof(
  fc.bigInt({ min: E18 / 100n, max: E18 - E18 / 100n }),
  fc.bigInt({ min: E18 / 2n - 1_000n, max: E18 / 2n + 1_000n }),
  fc.constantFrom(E18 / 100n, E18 / 2n, E18 - E18 / 100n),
)

/** A pool as live ones are, or of any amounts. */
const pool = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ taoRao: range(1n << 36n, 1n << 52n), alphaIn: range(1n << 40n, 1n << 53n) }),
  },
  { weight: 1, arbitrary: fc.record({ taoRao: amount(61), alphaIn: amount(61) }) },
  // Near the price above which the chain buys nothing, and near the largest that the kernel takes.
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        range(1n << 44n, 1n << 59n),
        fc.oneof(range(4_000n, 1_100_000n), range(999_000n, 1_001_000n), range(1n << 23n, 1n << 25n)),
      )
      .map(([taoRao, price]) => ({ taoRao, alphaIn: taoRao / price })),
  },
)

function range(min: bigint, max: bigint) {
  return fc.bigInt({ min, max })
}

const ONE32 = 1n << 32n

const subnet = fc.record({
  mechanism: fc.constantFrom(1 as const, 1 as const, 1 as const, 0 as const),
  hasTraded: fc.oneof(
    { weight: 20, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  emissionEnabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  ownerCutEnabled: fc.boolean(),
  isEmitting: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  firstEmissionBlock: fc.constantFrom(0, 1, 500, 1_000),
  emaPriceHalvingBlocks: fc.constantFrom(0, 1, 201_600, 2 ** 40),
  pool,
  alphaOut: fc.oneof(amount(53), fc.constantFrom(10_500_000_000_000_000n, 21_000_000_000_000_000n)),
  quoteWeightE18: weight,
  accountRao: amount(54),
  protocolAlpha: amount(64),
  volumeRao: amount(64),
  pending: fc.tuple(amount(64), amount(64), amount(54), amount(54)),
  movingPriceQ32: fc.oneof({ weight: 20, arbitrary: upTo(ONE32) }, amount(64)),
  minerBurnedBits: fc.oneof(fc.constant(0n), upTo(ONE32), amount(40)),
  burnRao: amount(64),
})

const chain = fc.record({
  subnets: fc.array(subnet, { minLength: 1, maxLength: 5 }),
  gap: fc.integer({ min: 0, max: 3 }),
  block: fc.constantFrom(1, 2, 999, 1_000, 1_001, 300_000),
  totalIssuanceRao: fc.oneof(upTo(21_000_000_000_000_000n), fc.constant(10_499_999_999_999_999n)),
  totalStakeRao: amount(64),
  rootTaoRao: fc.oneof({ weight: 9, arbitrary: amount(54) }, amount(62)),
  taoWeightU64: amount(64),
  subnetOwnerCutU16: fc.constantFrom(0, 11_796, 65_535),
  movingAlphaBits: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0n, 1n, 12_885n, 1n << 31n) },
    fc.constant(ONE32),
  ),
  existentialDepositRao: fc.constantFrom(0n, 500n, 10n ** 9n),
  policy: fc.constantFrom(referencePolicy, referencePolicy, referencePolicy, equalPolicy),
})

type Chain = typeof chain extends fc.Arbitrary<infer T> ? T : never

function contextOf(given: Chain, computing: BlockKernel | null): BlockContext {
  const { taoWeightU64, subnetOwnerCutU16, movingAlphaBits, existentialDepositRao } = given
  const settings = { taoWeightU64, subnetOwnerCutU16, movingAlphaBits, existentialDepositRao }
  const context = contextAt(given.block, settings)
  const { state, config } = context
  state.setChain({ totalIssuanceRao: given.totalIssuanceRao, totalStakeRao: given.totalStakeRao })
  state.setRow(reserves, 0, { subnetTaoRao: given.rootTaoRao })
  given.subnets.forEach((one, at) => {
    const netuid = 1 + at * (given.gap + 1)
    addBareSubnet(context, netuid)
    const { mechanism, hasTraded, emissionEnabled, firstEmissionBlock } = one
    state.setSubnet(netuid, { mechanism, hasTraded, emissionEnabled, firstEmissionBlock })
    state.set(hyperparameters, [netuid], {
      ...config.hyperparameters,
      tempoBlocks: 0,
      registrationAllowed: one.isEmitting,
      ownerCutEnabled: one.ownerCutEnabled,
      emaPriceHalvingBlocks: one.emaPriceHalvingBlocks,
    })
    const { accountRao, alphaOut, quoteWeightE18, protocolAlpha, volumeRao } = one
    const held = { subnetTaoRao: one.pool.taoRao, alphaIn: one.pool.alphaIn }
    state.setRow(reserves, netuid, {
      ...held,
      accountRao,
      alphaOut,
      quoteWeightE18,
      protocolAlpha,
      volumeRao,
    })
    const [serverAlpha, validatorAlpha, rootAlpha, ownerCutAlpha] = one.pending
    state.setRow(pendings, netuid, { serverAlpha, validatorAlpha, rootAlpha, ownerCutAlpha })
    state.setRow(prices, netuid, { movingPriceQ32: one.movingPriceQ32, burnRao: one.burnRao })
    state.setRow(tallies, netuid, { minerBurnedBits: one.minerBurnedBits })
  })
  state.commit()
  const scheduler = new EmissionScheduler({
    policy: given.policy,
    ownerCutU16: subnetOwnerCutU16,
    taoWeightU64,
  })
  return { ...context, scheduler, rules: new SubnetRulesCache(), kernel: computing }
}

/** Counts what the kernel did and what it left alone. */
class Counting extends BlockKernel {
  done = 0
  left = 0

  override emit(...given: Parameters<BlockKernel['emit']>) {
    const emitted = super.emit(...given)
    if (emitted === null) this.left++
    else this.done++
    return emitted
  }
}

describe('a block with the kernel', () => {
  const code = startKernel()
  if (code === null) throw new TypeError('There is no kernel to compare.')
  const counting = new Counting(code)

  it('is the block without it, to the last unit', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(chain, (given) => {
        const [quick, plain] = [contextOf(given, counting), contextOf(given, null)]
        for (let block = given.block; block < given.block + 3; block++) {
          for (const context of [quick, plain]) {
            context.state.setChain({ block })
            beginBlock({ ...context, block })
            context.state.commit()
          }
          const columnsOf = ({ state }: BlockContext) => [
            state.get(reserves),
            state.get(pendings),
            state.get(prices),
          ]
          expect(columnsOf(quick)).toEqual(columnsOf(plain))
          expect(quick.state.root()).toBe(plain.state.root())
        }
      }),
      { numRuns: 500 },
    )
  })

  afterAll(() => {
    // Most chains have usual amounts: a kernel that left all of them alone would prove nothing.
    expect(counting.done).toBeGreaterThan(200)
  })
})

describe('its powers', () => {
  it('are those of powRatioE18', { timeout: 120_000 }, () => {
    const power = fc
      .tuple(sized(59), sized(59), weight)
      .map(([held, input, c]) => ({ a: held, b: held + input, c, d: E18 - c }))
    fc.assert(
      fc.property(power, ({ a, b, c, d }) => {
        fc.pre(b > 0n)
        expect(kernel.powRatioE18(a, b, c, d)).toBe(powRatioE18(a, b, c, d))
      }),
      { numRuns: 6_000 },
    )
  })
})
