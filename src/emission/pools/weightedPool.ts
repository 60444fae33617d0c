import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { assertU64 } from '../checks.js'
import { injectedInto } from './injectedInto.js'
import { HIGHEST_LIMIT_BITS, LOWEST_LIMIT_BITS, limitPriceBits } from './limits.js'
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
import { assertWeightedReserves, type WeightedReserves } from './weightedReserves.js'
import { trade } from './weightedTrade.js'

/**
 * The reference's pool (mechanism 1): two weighted reserves, whose x^w1 * y^w2 no trade lowers. Trades move the price,
 * pay the pool's fee beside their input and stop at their limit. Emission goes in at any proportion and moves the
 * weights instead of the price.
 *
 * Its reserves may hold more than it needs, which stays as it is. `price`, `buy` and `sell` throw an
 * InvalidArgumentError that names what is wrong; the two of the emission take what the scheduler checked.
 *
 * @source spec: `spec/chain.md` 3.4, 3.5, 4.1 to 4.3
 * PERF: a trade is a power of `powRatioE18`, three where its limit stops it; an injection is one, or without excess none.
 *
 * @example
 * ```ts
 * import { openPool, weightedPool } from 'subnetkit/emission'
 *
 * const opened = openPool({ taoRao: 1_000_000_000_000n, alphaIn: 2_000_000_000_000n })
 * if (opened.ok) weightedPool.buy(opened.reserves, 100_000_000_000n)
 * // feeRao: 50_354_772n, outAlpha: 181_734_946_979n
 * ```
 */
export const weightedPool = {
  name: 'weighted',

  price(reserves: WeightedReserves): bigint {
    assertWeightedReserves(reserves, 'reserves')
    return priceOf(reserves)
  },

  buy<R extends WeightedReserves>(
    reserves: R,
    taoRao: Rao,
    terms: TradeTerms = {},
  ): Purchase<R> | TradeRefusal {
    assertWeightedReserves(reserves, 'reserves')
    assertTerms(terms)
    assertU64(taoRao, 'taoRao')
    return boughtFromWeighted(reserves, taoRao, terms)
  },

  sell<R extends WeightedReserves>(
    reserves: R,
    alpha: Alpha,
    terms: TradeTerms = {},
  ): Sale<R> | TradeRefusal {
    assertWeightedReserves(reserves, 'reserves')
    assertTerms(terms)
    assertU64(alpha, 'alpha')
    return soldToWeighted(reserves, alpha, terms)
  },

  planInjection(reserves: WeightedReserves, offer: EmissionOffer): Injection {
    return plannedInjection(priceOf(reserves), reserves, offer)
  },

  inject<R extends WeightedReserves>(reserves: R, injection: Omit<Injection, 'alphaOut'>): Injected<R> {
    return injectedInto(reserves, injection, buyForChain)
  },
} satisfies SubnetPool<WeightedReserves>

const priceOf = ({ taoRao, alphaIn, quoteWeightE18 }: WeightedReserves): bigint =>
  weightedPriceBits(taoRao, alphaIn, quoteWeightE18)

const feeOf = ({ feeU16 }: WeightedReserves, { takesFee = true }: TradeTerms): number =>
  takesFee ? feeU16 : 0

/** `buy`, of what was checked. */
export function boughtFromWeighted<R extends WeightedReserves>(
  reserves: R,
  taoRao: Rao,
  terms: TradeTerms,
): Purchase<R> | TradeRefusal {
  const { limitRaoPerAlpha } = terms
  const limitBits = limitRaoPerAlpha === undefined ? HIGHEST_LIMIT_BITS : limitPriceBits(limitRaoPerAlpha)
  const traded = trade(reserves, 'buy', taoRao, limitBits, feeOf(reserves, terms))
  if (!traded.ok) return traded
  const { input, fee, output } = traded
  return {
    ok: true,
    inRao: input,
    feeRao: fee,
    outAlpha: output,
    reserves: {
      ...reserves,
      taoRao: saturatedU64(reserves.taoRao + input),
      alphaIn: reserves.alphaIn - output,
    },
  }
}

/** `sell`, of what was checked. */
export function soldToWeighted<R extends WeightedReserves>(
  reserves: R,
  alpha: Alpha,
  terms: TradeTerms,
): Sale<R> | TradeRefusal {
  const { limitRaoPerAlpha } = terms
  const limitBits = limitRaoPerAlpha === undefined ? LOWEST_LIMIT_BITS : limitPriceBits(limitRaoPerAlpha)
  const traded = trade(reserves, 'sell', alpha, limitBits, feeOf(reserves, terms))
  if (!traded.ok) return traded
  const { input, fee, output } = traded
  return {
    ok: true,
    inAlpha: input,
    feeAlpha: fee,
    outRao: output,
    reserves: {
      ...reserves,
      taoRao: reserves.taoRao - output,
      alphaIn: saturatedU64(reserves.alphaIn + input),
    },
  }
}

const FOR_CHAIN: TradeTerms = { takesFee: false }

/** The chain's own purchase: without a fee, up to the highest limit there is. */
const buyForChain = <R extends WeightedReserves>(reserves: R, taoRao: Rao): Purchase<R> | TradeRefusal =>
  boughtFromWeighted(reserves, taoRao, FOR_CHAIN)
