import {
  alphaWorth,
  type MechanismReserves,
  type MostToTrade,
  mechanismPoolUnchecked,
  mostToBuy,
  mostToSell,
  type TradeTerms,
} from '../../emission/index.js'
import { type Alpha, type Netuid, type Rao, valueRao } from '../../units/index.js'
import type { TRADE_REFUSALS } from '../money/tradeRefusals.js'
import { refuseTrade, spotPriceBits, tradingReserves } from '../money/trades.js'
import type { RefusalOf } from '../refusals/refuse.js'
import type { TriedTrade } from '../refusals/trades.js'
import { leastStakeRao } from '../rules/whyNotAddStake.js'
import { whyTooMuchAlpha, whyTooMuchTao } from '../rules/whyTooMuch.js'
import type { LedgerState } from '../state/LedgerState.js'
import { amountAlpha, amountRao, limitRaoPerAlpha, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** What a pool would say now: nobody has traded, and accounts are not asked. */
interface Quote {
  /** `null` for a trade that the pool makes. */
  readonly refusal: null
  /** Spot price before, as the query `subnet` says it: TAO for one alpha, times 2^64. */
  readonly priceBits: bigint
  /** The same after the trade. */
  readonly priceAfterBits: bigint
}

/** Why a pool would not trade. */
interface RefusedQuote {
  readonly refusal: RefusalOf<(typeof TRADE_REFUSALS)[number]>
}

/** What staking TAO would give. */
export type StakeQuote =
  | RefusedQuote
  | (Quote & {
      /** TAO that it takes, the fee included: less than was offered where the limit stops it. */
      readonly spentRao: Rao
      readonly feeRao: Rao
      /** Alpha that is staked for it. */
      readonly amountAlpha: Alpha
      /** Alpha that it gives less than at the spot price before, the fee not counted: the purchase itself raises the price. */
      readonly slippageAlpha: Alpha
      /** The smallest amount that may be staked there. */
      readonly leastRao: Rao
    })

/** What selling stake would bring. */
export type UnstakeQuote =
  | RefusedQuote
  | (Quote & {
      /** Alpha that it takes, the fee included: less than was offered where the limit stops it. */
      readonly spentAlpha: Alpha
      readonly feeAlpha: Alpha
      /** TAO that is paid out for it. */
      readonly amountRao: Rao
      /** TAO that it brings less than at the spot price before, the fee not counted: the sale itself lowers the price. */
      readonly slippageRao: Rao
      /** TAO that it must bring where part of the stake stays. */
      readonly leastRao: Rao
    })

/**
 * What staking TAO on a subnet would give at the head, by the pool that a block trades with; `null` where there is no subnet.
 *
 * @source spec: `spec/chain.md` 4.3, 4.4, 10.1
 * PERF: a trade, and three powers more where there is a limit.
 */
export const stakeQuote = defineQuery(
  { netuid, amountRao, limitRaoPerAlpha },
  ({ state, config }, args): StakeQuote | null => {
    const { netuid, amountRao: offeredRao, limitRaoPerAlpha: limit } = args
    if (state.findSubnet(netuid) === undefined) return null
    const pool = tradingReserves(state, netuid)
    const tooMuch = limit === undefined ? whyTooMuchTao(pool, netuid, offeredRao) : null
    if (tooMuch !== null) return { refusal: tooMuch }
    const taken = takenOf(offeredRao, limit === undefined ? null : mostToBuy(pool, limit))
    const trade = taken.ok ? mechanismPoolUnchecked.buy(pool, taken.amount, termsOf(limit)) : taken
    if (!trade.ok) {
      const tried: TriedTrade = { because: 'buying', netuid, offeredRao, limitRaoPerAlpha: limit ?? null }
      return { refusal: refuseTrade(trade.error, tried) }
    }
    const { inRao, feeRao, outAlpha } = trade
    const quote = quoteOf(state, netuid, trade.reserves)
    return {
      ...quote,
      spentRao: inRao + feeRao,
      feeRao,
      amountAlpha: outAlpha,
      slippageAlpha: alphaWorth(inRao, quote.priceBits) - outAlpha,
      leastRao: leastStakeRao(config, pool),
    }
  },
)

/**
 * What selling stake of a subnet would bring at the head, by the pool that a block trades with; `null` where there is no subnet.
 *
 * @source spec: `spec/chain.md` 4.3, 4.4, 10.2
 * PERF: a trade, and three powers more where there is a limit.
 */
export const unstakeQuote = defineQuery(
  { netuid, amountAlpha, limitRaoPerAlpha },
  ({ state, config }, args): UnstakeQuote | null => {
    const { netuid, amountAlpha: offeredAlpha, limitRaoPerAlpha: limit } = args
    if (state.findSubnet(netuid) === undefined) return null
    const pool = tradingReserves(state, netuid)
    const tooMuch = limit === undefined ? whyTooMuchAlpha(pool, netuid, offeredAlpha) : null
    if (tooMuch !== null) return { refusal: tooMuch }
    const taken = takenOf(offeredAlpha, limit === undefined ? null : mostToSell(pool, limit))
    const trade = taken.ok ? mechanismPoolUnchecked.sell(pool, taken.amount, termsOf(limit)) : taken
    if (!trade.ok) {
      const tried: TriedTrade = { because: 'selling', netuid, offeredAlpha, limitRaoPerAlpha: limit ?? null }
      return { refusal: refuseTrade(trade.error, tried) }
    }
    const { inAlpha, feeAlpha, outRao } = trade
    const quote = quoteOf(state, netuid, trade.reserves)
    return {
      ...quote,
      spentAlpha: inAlpha + feeAlpha,
      feeAlpha,
      amountRao: outRao,
      slippageRao: valueRao(inAlpha, quote.priceBits) - outRao,
      leastRao: config.minStakeRao,
    }
  },
)

/** How much of an offer a limit lets in. */
function takenOf(offered: bigint, most: MostToTrade | null): MostToTrade {
  return most === null || (most.ok && offered < most.amount) ? { ok: true, amount: offered } : most
}

function termsOf(limitRaoPerAlpha: Rao | undefined): TradeTerms {
  return limitRaoPerAlpha === undefined ? {} : { limitRaoPerAlpha }
}

function quoteOf(state: LedgerState, netuid: Netuid, after: MechanismReserves): Quote {
  return {
    refusal: null,
    priceBits: spotPriceBits(state, netuid),
    priceAfterBits: mechanismPoolUnchecked.price(after),
  }
}
