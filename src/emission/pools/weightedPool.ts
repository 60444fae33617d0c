import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { assertU64 } from '../checks.js'
import { injectedInto } from './injectedInto.js'
import { HIGHEST_LIMIT_RAO_PER_ALPHA, LOWEST_LIMIT_RAO_PER_ALPHA, limitPriceBits } from './limits.js'
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
import { assertTrade } from './tradeChecks.js'
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
    assertTrade(reserves, terms)
    assertWeightedReserves(reserves, 'reserves')
    assertU64(taoRao, 'taoRao')
    const limitBits = limitPriceBits(terms.limitRaoPerAlpha ?? HIGHEST_LIMIT_RAO_PER_ALPHA)
    return bought(reserves, taoRao, limitBits, feeOf(reserves, terms))
  },

  sell<R extends WeightedReserves>(
    reserves: R,
    alpha: Alpha,
    terms: TradeTerms = {},
  ): Sale<R> | TradeRefusal {
    assertTrade(reserves, terms)
    assertWeightedReserves(reserves, 'reserves')
    assertU64(alpha, 'alpha')
    const limitBits = limitPriceBits(terms.limitRaoPerAlpha ?? LOWEST_LIMIT_RAO_PER_ALPHA)
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

function bought<R extends WeightedReserves>(
  reserves: R,
  taoRao: Rao,
  limitBits: bigint,
  feeU16: number,
): Purchase<R> | TradeRefusal {
  const traded = trade(reserves, 'buy', taoRao, limitBits, feeU16)
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

/** The chain's own purchase: without a fee, up to the highest limit there is. */
const buyForChain = <R extends WeightedReserves>(reserves: R, taoRao: Rao): Purchase<R> | TradeRefusal =>
  bought(reserves, taoRao, limitPriceBits(HIGHEST_LIMIT_RAO_PER_ALPHA), 0)
