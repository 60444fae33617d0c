import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { assertBits, assertKnown, assertObject, assertU64 } from '../checks.js'
import type { Purchase, Sale } from './SubnetPool.js'

/** What a chain counts of trades, beside the reserves. */
export interface TradeFigures {
  /** Alpha outside the pool. */
  readonly alphaOut: Alpha
  /** All TAO at stake, on all subnets. */
  readonly totalStakeRao: Rao
  /** TAO traded, up to 2^128 - 1. */
  readonly volumeRao: Rao
}

const FIGURES = ['alphaOut', 'totalStakeRao', 'volumeRao']
const U128_MAX = (1n << 128n) - 1n

/**
 * The figures after a purchase. The whole of what was offered counts as stake and as volume: the fee, which leaves the
 * pool for whom the caller says, and what a limit left over as well.
 *
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 4.4
 *
 * @example
 * ```ts
 * import { figuresAfterPurchase, fixedPricePool } from 'subnetkit/emission'
 *
 * const figures = { alphaOut: 50n, totalStakeRao: 70n, volumeRao: 0n }
 * const purchase = fixedPricePool.buy({ taoRao: 5n, alphaIn: 5n }, 3n)
 * if (purchase.ok) figuresAfterPurchase(figures, purchase, 3n) // alphaOut: 53n, totalStakeRao: 73n, volumeRao: 3n
 * ```
 */
export function figuresAfterPurchase(
  figures: TradeFigures,
  purchase: Pick<Purchase, 'outAlpha'>,
  offeredRao: Rao,
): TradeFigures {
  assertFigures(figures)
  assertObject(purchase, 'purchase')
  assertU64(purchase.outAlpha, 'purchase.outAlpha')
  assertU64(offeredRao, 'offeredRao')
  return figuresAfterPurchaseUnchecked(figures, purchase, offeredRao)
}

/** {@link figuresAfterPurchase} for a ledger, which keeps what it passes: nothing is checked. */
export function figuresAfterPurchaseUnchecked(
  figures: TradeFigures,
  purchase: Pick<Purchase, 'outAlpha'>,
  offeredRao: Rao,
): TradeFigures {
  const { alphaOut, totalStakeRao, volumeRao } = figures
  return {
    alphaOut: saturatedU64(alphaOut + purchase.outAlpha),
    totalStakeRao: saturatedU64(totalStakeRao + offeredRao),
    volumeRao: volumeAfter(volumeRao, offeredRao),
  }
}

/**
 * The figures after a sale. Alpha that went as fee is still out: it is sold for the caller who gets it, or burned.
 *
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 4.4
 *
 * @example
 * ```ts
 * import { figuresAfterSale, fixedPricePool } from 'subnetkit/emission'
 *
 * const figures = { alphaOut: 50n, totalStakeRao: 70n, volumeRao: 0n }
 * const sale = fixedPricePool.sell({ taoRao: 5n, alphaIn: 5n }, 3n)
 * if (sale.ok) figuresAfterSale(figures, sale) // alphaOut: 47n, totalStakeRao: 67n, volumeRao: 3n
 * ```
 */
export function figuresAfterSale(
  figures: TradeFigures,
  sale: Pick<Sale, 'inAlpha' | 'outRao'>,
): TradeFigures {
  assertFigures(figures)
  assertObject(sale, 'sale')
  assertU64(sale.inAlpha, 'sale.inAlpha')
  assertU64(sale.outRao, 'sale.outRao')
  return figuresAfterSaleUnchecked(figures, sale)
}

/** {@link figuresAfterSale} for a ledger, which keeps what it passes: nothing is checked. */
export function figuresAfterSaleUnchecked(
  figures: TradeFigures,
  sale: Pick<Sale, 'inAlpha' | 'outRao'>,
): TradeFigures {
  const { alphaOut, totalStakeRao, volumeRao } = figures
  return {
    alphaOut: saturatedU64(alphaOut - sale.inAlpha),
    totalStakeRao: saturatedU64(totalStakeRao - sale.outRao),
    volumeRao: volumeAfter(volumeRao, sale.outRao),
  }
}

function volumeAfter(volumeRao: Rao, tradedRao: Rao): Rao {
  const sum = volumeRao + tradedRao
  return sum > U128_MAX ? U128_MAX : sum
}

function assertFigures(figures: TradeFigures): void {
  assertKnown(figures, 'figures', FIGURES)
  assertU64(figures.alphaOut, 'figures.alphaOut')
  assertU64(figures.totalStakeRao, 'figures.totalStakeRao')
  assertBits(figures.volumeRao, 'figures.volumeRao')
}
