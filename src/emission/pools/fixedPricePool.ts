import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { assertU64 } from '../checks.js'
import { toInteger } from '../u96f32.js'
import {
  HIGHEST_LIMIT_RAO_PER_ALPHA,
  LOWEST_LIMIT_RAO_PER_ALPHA,
  limitPriceBits,
  PRICE_ONE_BITS,
} from './limits.js'
import type {
  EmissionOffer,
  Injected,
  Injection,
  Purchase,
  Reserves,
  Sale,
  SubnetPool,
  TradeRefusal,
  TradeTerms,
} from './SubnetPool.js'
import { assertTrade } from './tradeChecks.js'

const PAST_LIMIT: TradeRefusal = { ok: false, error: 'PriceLimitExceeded' }

/**
 * The pool in which an alpha is a TAO: a price of exactly 1, no fee and no slippage. Mechanism 0 of the reference,
 * so it hands out whatever it is asked for, and a reserve that does not hold it ends at 0. A limit of exactly the
 * price is kept.
 *
 * Of an emission all TAO goes in and as much alpha to the participants, which keeps every alpha a claim on one rao.
 *
 * Its reserves may be those of any pool: what else they hold stays as it is. `buy` and `sell` throw an
 * InvalidArgumentError that names what is wrong; the two of the emission take what the scheduler checked.
 *
 * @source subtensor `pallets/subtensor/src/staking/stake_utils.rs`, `swap_tao_for_alpha` and `swap_alpha_for_tao`
 * PERF: a few additions each; nothing of the reserves is read to plan.
 *
 * @example
 * ```ts
 * import { fixedPricePool } from 'subnetkit/emission'
 *
 * const bought = fixedPricePool.buy({ taoRao: 0n, alphaIn: 0n }, 500n)
 * if (bought.ok) fixedPricePool.sell(bought.reserves, 200n) // pays 200n and leaves 300n
 * ```
 */
export const fixedPricePool = {
  name: 'fixed price',

  price: (_reserves: Reserves): bigint => PRICE_ONE_BITS,

  buy<R extends Reserves>(reserves: R, taoRao: Rao, terms: TradeTerms = {}): Purchase<R> | TradeRefusal {
    assertTrade(reserves, terms)
    assertU64(taoRao, 'taoRao')
    return boughtOneForOne(reserves, taoRao, terms)
  },

  sell<R extends Reserves>(reserves: R, alpha: Alpha, terms: TradeTerms = {}): Sale<R> | TradeRefusal {
    assertTrade(reserves, terms)
    assertU64(alpha, 'alpha')
    return soldOneForOne(reserves, alpha, terms)
  },

  planInjection(_reserves: Reserves, { taoBits }: EmissionOffer): Injection {
    const taoInRao = toInteger(taoBits)
    return { taoInRao, alphaIn: 0n, alphaOut: taoInRao, excessRao: 0n }
  },

  inject<R extends Reserves>(
    reserves: R,
    { taoInRao, alphaIn, excessRao }: Omit<Injection, 'alphaOut'>,
  ): Injected<R> {
    const afterPurchase = excessRao === 0n ? reserves : moved(reserves, excessRao, -excessRao)
    return {
      taoInRao,
      alphaIn,
      spentRao: excessRao,
      boughtAlpha: excessRao,
      reserves: moved(afterPurchase, taoInRao, alphaIn),
    }
  },
} satisfies SubnetPool

/** `buy`, of what was checked. */
export function boughtOneForOne<R extends Reserves>(
  reserves: R,
  taoRao: Rao,
  { limitRaoPerAlpha = HIGHEST_LIMIT_RAO_PER_ALPHA }: TradeTerms,
): Purchase<R> | TradeRefusal {
  if (limitPriceBits(limitRaoPerAlpha) < PRICE_ONE_BITS) return PAST_LIMIT
  const after = moved(reserves, taoRao, -taoRao)
  return { ok: true, inRao: taoRao, feeRao: 0n, outAlpha: taoRao, reserves: after }
}

/** `sell`, of what was checked. */
export function soldOneForOne<R extends Reserves>(
  reserves: R,
  alpha: Alpha,
  { limitRaoPerAlpha = LOWEST_LIMIT_RAO_PER_ALPHA }: TradeTerms,
): Sale<R> | TradeRefusal {
  if (limitPriceBits(limitRaoPerAlpha) > PRICE_ONE_BITS) return PAST_LIMIT
  const after = moved(reserves, -alpha, alpha)
  return { ok: true, inAlpha: alpha, feeAlpha: 0n, outRao: alpha, reserves: after }
}

function moved<R extends Reserves>(reserves: R, taoRao: bigint, alpha: bigint): R {
  return {
    ...reserves,
    taoRao: saturatedU64(reserves.taoRao + taoRao),
    alphaIn: saturatedU64(reserves.alphaIn + alpha),
  }
}
