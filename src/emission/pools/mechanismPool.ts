import type { Alpha, Rao } from '../../units/index.js'
import { refuse } from '../checks.js'
import { fixedPricePool } from './fixedPricePool.js'
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
import { weightedPool } from './weightedPool.js'
import { assertWeightedReserves, type WeightedReserves } from './weightedReserves.js'

/** Reserves that say how they are traded. */
export interface MechanismReserves extends WeightedReserves {
  /** 0 trades an alpha for a TAO, without a fee, as root does; 1 trades as {@link weightedPool} does. */
  readonly mechanism: 0 | 1
}

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
    return priceOf(reserves)
  },

  buy<R extends MechanismReserves>(
    reserves: R,
    taoRao: Rao,
    terms: TradeTerms = {},
  ): Purchase<R> | TradeRefusal {
    assertMechanismReserves(reserves, 'reserves')
    return poolOf(reserves).buy(reserves, taoRao, terms)
  },

  sell<R extends MechanismReserves>(
    reserves: R,
    alpha: Alpha,
    terms: TradeTerms = {},
  ): Sale<R> | TradeRefusal {
    assertMechanismReserves(reserves, 'reserves')
    return poolOf(reserves).sell(reserves, alpha, terms)
  },

  planInjection(reserves: MechanismReserves, offer: EmissionOffer): Injection {
    return plannedInjection(priceOf(reserves), reserves, offer)
  },

  inject<R extends MechanismReserves>(reserves: R, injection: Omit<Injection, 'alphaOut'>): Injected<R> {
    return isStable(reserves)
      ? injectedInto(reserves, injection, fixedPricePool.buy)
      : weightedPool.inject(reserves, injection)
  },
} satisfies SubnetPool<MechanismReserves>

/** Whether an alpha is a TAO there. */
export const isStable = ({ mechanism }: MechanismReserves): boolean => mechanism === 0

const poolOf = (reserves: MechanismReserves) => (isStable(reserves) ? fixedPricePool : weightedPool)

const priceOf = (reserves: MechanismReserves): bigint =>
  isStable(reserves) ? PRICE_ONE_BITS : weightedPool.price(reserves)

/** @throws InvalidArgumentError naming what is wrong; reserves may hold more. */
export function assertMechanismReserves(reserves: MechanismReserves, field: string): void {
  assertWeightedReserves(reserves, field)
  const { mechanism } = reserves
  if (mechanism !== 0 && mechanism !== 1) refuse(`${field}.mechanism`, mechanism, 'Pass 0 or 1.')
}
