import type { Alpha, Rao } from '../../units/index.js'

/** What every pool holds. One of another kind keeps more beside it: weights, a fee rate, a reservoir. */
export interface Reserves {
  readonly taoRao: Rao
  readonly alphaIn: Alpha
}

/** What a trader puts up with. */
export interface TradeTerms {
  /**
   * Price the trade may move to and not past, in rao for one whole alpha (10^9 of its units). Without one,
   * {@link HIGHEST_LIMIT_RAO_PER_ALPHA} for a purchase and {@link LOWEST_LIMIT_RAO_PER_ALPHA} for a sale.
   */
  readonly limitRaoPerAlpha?: Rao
  /** Whether the pool takes its fee; it does by default, and not when the chain itself trades. */
  readonly takesFee?: boolean
}

/** Why a pool does not trade, by the reference's names. */
export type TradeError =
  /** The price is past the limit before anything is traded. */
  | 'PriceLimitExceeded'
  /** The reserve is too small to trade with, or the amount too small to get anything for it. */
  | 'ReservesTooLow'
  /** The amount is out of all proportion to the reserve. */
  | 'SwapInputTooLarge'
  /** The reserve holds less than the trade would pay out. */
  | 'InsufficientLiquidity'

export interface TradeRefusal {
  readonly ok: false
  readonly error: TradeError
}

/** Alpha bought. Where the limit stopped it, `inRao + feeRao` is less than what was offered: the rest was not taken. */
export interface Purchase<R extends Reserves = Reserves> {
  readonly ok: true
  /** What went into the reserve; the fee comes on top. */
  readonly inRao: Rao
  readonly feeRao: Rao
  readonly outAlpha: Alpha
  readonly reserves: R
}

/** Alpha sold. Where the limit stopped it, `inAlpha + feeAlpha` is less than what was offered: the rest was not taken. */
export interface Sale<R extends Reserves = Reserves> {
  readonly ok: true
  /** What went into the reserve; the fee comes on top. */
  readonly inAlpha: Alpha
  readonly feeAlpha: Alpha
  readonly outRao: Rao
  readonly reserves: R
}

/** What a block has for a subnet, and what a pool needs to know to divide it. */
export interface EmissionOffer {
  /** The subnet's share of the block's TAO: rao, U96F32. Pools count with the parts of a rao, too. */
  readonly taoBits: bigint
  /** Alpha outside the pool. */
  readonly alphaOut: Alpha
  /** U96F32; see `rootProportionBits`. */
  readonly rootProportionBits: bigint
}

/** A subnet's part of a block's emission. */
export interface Injection {
  /** TAO that goes into the pool. */
  readonly taoInRao: Rao
  /** Alpha minted into the pool. */
  readonly alphaIn: Alpha
  /** Alpha minted for the participants. */
  readonly alphaOut: Alpha
  /** TAO too much for the pool, which buys alpha on the chain's own account. */
  readonly excessRao: Rao
}

/** What became of an injection; what a pool would not take, its caller recycles. */
export interface Injected<R extends Reserves = Reserves> {
  readonly taoInRao: Rao
  readonly alphaIn: Alpha
  /** The part of the excess that bought alpha. */
  readonly spentRao: Rao
  /** Alpha that the excess bought: outside the pool from now on, and nobody's. */
  readonly boughtAlpha: Alpha
  readonly reserves: R
}

/**
 * How one subnet's TAO and alpha are exchanged: pure functions on a plain record of reserves, which none of them
 * changes. Limits, slippage, fees and refusals are results; whose money it is, and where fees go, is the caller's
 * business. A chain whose subnets differ holds one pool that looks at a field of its reserves.
 *
 * `test/contract/poolContract.ts` holds what must be true of each.
 *
 * @typeParam R - the reserves this pool needs; {@link fixedPricePool} does with any.
 *
 * @example
 * ```ts
 * import { fixedPricePool, type Reserves, type SubnetPool } from 'subnetkit/emission'
 *
 * // Where a tenth of every sale stays with the seller's neighbours.
 * const taxed: SubnetPool = {
 *   ...fixedPricePool,
 *   name: 'taxed',
 *   sell(reserves, alpha, terms) {
 *     const feeAlpha = alpha / 10n
 *     const sale = fixedPricePool.sell(reserves, alpha - feeAlpha, terms)
 *     return sale.ok ? { ...sale, feeAlpha } : sale
 *   },
 * }
 * const reserves: Reserves = { taoRao: 1_000n, alphaIn: 0n }
 * taxed.sell(reserves, 100n) // { ok: true, inAlpha: 90n, feeAlpha: 10n, outRao: 90n, ... }
 * ```
 */
export interface SubnetPool<R extends Reserves = Reserves> {
  readonly name: string

  /** Spot price of alpha in TAO, raw U64F64; 0 where there is no alpha to price. */
  readonly price: (reserves: R) => bigint

  /** Buys alpha for TAO. */
  readonly buy: (reserves: R, taoRao: Rao, terms?: TradeTerms) => Purchase<R> | TradeRefusal

  /** Sells alpha for TAO. */
  readonly sell: (reserves: R, alpha: Alpha, terms?: TradeTerms) => Sale<R> | TradeRefusal

  /**
   * Divides what a block has for the subnet: what goes in, what is minted for the participants and what is excess.
   * `taoInRao + excessRao` is at most the whole rao offered. Every subnet's is planned before any pool changes.
   */
  readonly planInjection: (reserves: R, offer: EmissionOffer) => Injection

  /** Takes in what was planned, less what the caller could not pay, and spends the excess. */
  readonly inject: (reserves: R, injection: Omit<Injection, 'alphaOut'>) => Injected<R>
}
