import type { Alpha, Rao } from '../../units/index.js'
import { assertU64, refuse } from '../checks.js'
import { boughtOneForOne, soldOneForOne } from './fixedPricePool.js'
import { injectedInto } from './injectedInto.js'
import { PRICE_ONE_BITS } from './limits.js'
import { plannedInjection } from './plannedInjection.js'
import type {
  EmissionOffer,
  Injected,
  Injection,
  Purchase,
  Sale,
  SubnetPool,
  TradeRefusal,
  TradeTerms,
} from './SubnetPool.js'
import { assertTerms } from './tradeChecks.js'
import { weightedPriceBits } from './weightedCurve.js'
import { boughtFromWeighted, soldToWeighted, weightedPool } from './weightedPool.js'
import { assertWeightedReserves, type WeightedReserves } from './weightedReserves.js'

/** Reserves that say how they are traded. */
export interface MechanismReserves extends WeightedReserves {
  /** 0 trades an alpha for a TAO, without a fee, as root does; 1 trades as {@link weightedPool} does. */
  readonly mechanism: 0 | 1
}

/**
 * {@link mechanismPool} for a ledger, which keeps the reserves that it passes: nothing is checked but what decides about a trade.
 *
 * PERF: a few microseconds for a trade, one where its weights are equal.
 *
 * @example
 * ```ts
 * import { mechanismPoolUnchecked } from 'subnetkit/emission'
 *
 * const held = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 33, mechanism: 1 } as const
 * mechanismPoolUnchecked.buy(held, 1_000_000n)
 * ```
 */
export const mechanismPoolUnchecked = {
  name: 'by mechanism',

  price: (reserves: MechanismReserves): bigint => priceOf(reserves),

  buy<R extends MechanismReserves>(
    reserves: R,
    taoRao: Rao,
    terms: TradeTerms = {},
  ): Purchase<R> | TradeRefusal {
    return isStable(reserves)
      ? boughtOneForOne(reserves, taoRao, terms)
      : boughtFromWeighted(reserves, taoRao, terms)
  },

  sell<R extends MechanismReserves>(
    reserves: R,
    alpha: Alpha,
    terms: TradeTerms = {},
  ): Sale<R> | TradeRefusal {
    return isStable(reserves) ? soldOneForOne(reserves, alpha, terms) : soldToWeighted(reserves, alpha, terms)
  },

  planInjection(reserves: MechanismReserves, offer: EmissionOffer): Injection {
    return plannedInjection(priceOf(reserves), reserves, offer)
  },

  inject<R extends MechanismReserves>(reserves: R, injection: Omit<Injection, 'alphaOut'>): Injected<R> {
    return isStable(reserves)
      ? injectedInto(reserves, injection, buyOneForOne)
      : weightedPool.inject(reserves, injection)
  },
} satisfies SubnetPool<MechanismReserves>

/**
 * The pool of a chain by the reference's rules, on which some subnets trade 1:1 and the others weighted. Emission is
 * divided and goes in alike for both, each at its own price; the weights of a subnet that trades 1:1 change without an effect.
 *
 * `price`, `buy` and `sell` throw an InvalidArgumentError that names what is wrong; the two of the emission take what
 * the scheduler checked.
 *
 * @source spec: `spec/chain.md` 3.4, 3.5, 4
 *
 * @example
 * ```ts
 * import { EmissionScheduler, mechanismPool } from 'subnetkit/emission'
 *
 * const scheduler = new EmissionScheduler({ pool: mechanismPool })
 * const held = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 33, mechanism: 1 } as const
 * scheduler.splitBlock(1_000n, { netuid: [1], reserves: [held], rootProportionBits: [2n ** 31n] })
 * ```
 */
export const mechanismPool = {
  name: 'by mechanism',

  price(reserves: MechanismReserves): bigint {
    assertMechanismReserves(reserves, 'reserves')
    return mechanismPoolUnchecked.price(reserves)
  },

  buy<R extends MechanismReserves>(
    reserves: R,
    taoRao: Rao,
    terms: TradeTerms = {},
  ): Purchase<R> | TradeRefusal {
    assertMechanismReserves(reserves, 'reserves')
    assertTerms(terms)
    assertU64(taoRao, 'taoRao')
    return mechanismPoolUnchecked.buy(reserves, taoRao, terms)
  },

  sell<R extends MechanismReserves>(
    reserves: R,
    alpha: Alpha,
    terms: TradeTerms = {},
  ): Sale<R> | TradeRefusal {
    assertMechanismReserves(reserves, 'reserves')
    assertTerms(terms)
    assertU64(alpha, 'alpha')
    return mechanismPoolUnchecked.sell(reserves, alpha, terms)
  },

  planInjection(reserves: MechanismReserves, offer: EmissionOffer): Injection {
    return mechanismPoolUnchecked.planInjection(reserves, offer)
  },

  inject<R extends MechanismReserves>(reserves: R, injection: Omit<Injection, 'alphaOut'>): Injected<R> {
    return mechanismPoolUnchecked.inject(reserves, injection)
  },
} satisfies SubnetPool<MechanismReserves>

const buyOneForOne = <R extends MechanismReserves>(reserves: R, taoRao: Rao): Purchase<R> | TradeRefusal =>
  boughtOneForOne(reserves, taoRao, {})

/** Whether an alpha is a TAO there. */
export const isStable = ({ mechanism }: MechanismReserves): boolean => mechanism === 0

const priceOf = (reserves: MechanismReserves): bigint => {
  if (isStable(reserves)) return PRICE_ONE_BITS
  return weightedPriceBits(reserves.taoRao, reserves.alphaIn, reserves.quoteWeightE18)
}

/** @throws InvalidArgumentError naming what is wrong; reserves may hold more. */
export function assertMechanismReserves(reserves: MechanismReserves, field: string): void {
  assertWeightedReserves(reserves, field)
  const { mechanism } = reserves
  if (mechanism !== 0 && mechanism !== 1) refuse(`${field}.mechanism`, mechanism, 'Pass 0 or 1.')
}
