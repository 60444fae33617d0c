import {
  DEFAULT_QUOTE_WEIGHT_E18,
  figuresAfterPurchaseUnchecked,
  figuresAfterSaleUnchecked,
  type MechanismReserves,
  mechanismPoolUnchecked,
  PRICE_ONE_BITS,
  type Purchase,
  type Sale,
  type TradeError,
  type TradeFigures,
  type TradeTerms,
} from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Netuid, Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import type { TriedTrade } from '../refusals/trades.js'
import { type AccountId, accountOf, BURN_ACCOUNT, subnetAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { prices, reserves } from '../state/tables.js'
import { moveTao, reapIfDust, spendableRao } from './balances.js'
import type { PaymentRefusal, SaleRefusal } from './tradeRefusals.js'

/** A pool's refusal as a call's. */
export function refuseTrade(error: TradeError, tried: TriedTrade): RefusalOf<TradeError> {
  return error === 'InsufficientLiquidity' ? refuse(error, tried) : refuse(error, tried)
}

/** Says that an account has nothing left to pay with. */
export function refuseNothingToSpare(
  { state, config }: BlockContext,
  payer: AccountId,
): RefusalOf<'InsufficientBalance'> {
  const given = { balanceRao: state.balanceRao(payer), keptRao: config.existentialDepositRao }
  return refuse('InsufficientBalance', { because: 'nothingToSpare', ...given })
}

/** A pool of no subnet: the reference takes what it does not know for one where an alpha is a TAO. */
const NO_POOL: MechanismReserves = {
  mechanism: 0,
  taoRao: 0n,
  alphaIn: 0n,
  quoteWeightE18: DEFAULT_QUOTE_WEIGHT_E18,
  feeU16: 0,
}

/** What a trade that is only tried finds, of a subnet that may not be there. */
export function reservesIfAny(state: LedgerState, netuid: Netuid): MechanismReserves {
  return state.findSubnet(netuid) === undefined ? NO_POOL : tradingReserves(state, netuid)
}

/** What a subnet's pool holds. */
export function reservesOf(state: LedgerState, netuid: Netuid): MechanismReserves {
  return reservesBy(state, netuid, state.cell(reserves, netuid, 'quoteWeightE18'))
}

/** What the next trade finds there: the first one sets even weights. */
export function tradingReserves(state: LedgerState, netuid: Netuid): MechanismReserves {
  return state.subnet(netuid).hasTraded
    ? reservesOf(state, netuid)
    : reservesBy(state, netuid, DEFAULT_QUOTE_WEIGHT_E18)
}

function reservesBy(state: LedgerState, netuid: Netuid, quoteWeightE18: bigint): MechanismReserves {
  const { subnetTaoRao, alphaIn } = state.required(reserves)
  return {
    mechanism: state.subnet(netuid).mechanism,
    taoRao: subnetTaoRao[netuid] ?? 0n,
    alphaIn: alphaIn[netuid] ?? 0n,
    quoteWeightE18,
    feeU16: state.hyperparameters(netuid).poolFeeU16,
  }
}

/** Spot price of a subnet's alpha in TAO, raw U64F64. */
export function spotPriceBits(state: LedgerState, netuid: Netuid): bigint {
  return mechanismPoolUnchecked.price(reservesOf(state, netuid))
}

/** The average of a subnet's price, by which the block's TAO is shared, raw U64F64: 1 where an alpha is a TAO. */
export function movingPriceOf(state: LedgerState, netuid: Netuid): bigint {
  return state.subnet(netuid).mechanism === 0
    ? PRICE_ONE_BITS
    : state.cell(prices, netuid, 'movingPriceQ32') << 32n
}

/** The most of an amount that a payer can give and stay alive: payments into a subnet never reap an account. */
export function payableRao(context: BlockContext, payer: AccountId, amountRao: Rao): Rao {
  const spendable = spendableRao(context, payer)
  return amountRao < spendable ? amountRao : spendable
}

/**
 * Buys alpha from the subnet's pool: TAO moves into its account, the fee too, which the caller passes on or leaves there. Who gets the alpha is
 * the caller's business. What a limit leaves over stays in the account. Refused, nothing has changed.
 *
 * @source spec: `spec/chain.md` 4.4
 */
export function buyAlpha(
  context: BlockContext,
  netuid: Netuid,
  payer: AccountId,
  amountRao: Rao,
  terms: TradeTerms = {},
): Purchase<MechanismReserves> | RefusedTrade<TradeError> {
  const { state } = context
  const trade = mechanismPoolUnchecked.buy(tradingReserves(state, netuid), amountRao, terms)
  if (!trade.ok) {
    const limitRaoPerAlpha = terms.limitRaoPerAlpha ?? null
    const tried = { because: 'buying', netuid, offeredRao: amountRao, limitRaoPerAlpha } as const
    return { ok: false, refusal: refuseTrade(trade.error, tried) }
  }
  moveTao(context, payer, subnetAccount(netuid), amountRao)
  settle(
    state,
    netuid,
    trade.reserves,
    figuresAfterPurchaseUnchecked(figuresOf(state, netuid), trade, amountRao),
  )
  return trade
}

/** A trade that did not take place. */
export interface RefusedTrade<N extends SaleRefusal> {
  readonly ok: false
  readonly refusal: RefusalOf<N>
}

/** A sale that did not. */
export type RefusedSale = RefusedTrade<SaleRefusal>

/**
 * Sells alpha to the subnet's pool: TAO moves out of its account. Whose alpha it was is the caller's business; the fee stays outside the pool, and
 * nobody's, until the caller passes it on. Refused, nothing has changed.
 *
 * @source spec: `spec/chain.md` 4.4
 */
export function sellAlpha(
  context: BlockContext,
  netuid: Netuid,
  payee: AccountId,
  alpha: Alpha,
  terms: TradeTerms = {},
): Sale<MechanismReserves> | RefusedSale {
  const { state } = context
  const trade = mechanismPoolUnchecked.sell(tradingReserves(state, netuid), alpha, terms)
  if (!trade.ok) {
    const limitRaoPerAlpha = terms.limitRaoPerAlpha ?? null
    const tried = { because: 'selling', netuid, offeredAlpha: alpha, limitRaoPerAlpha } as const
    return { ok: false, refusal: refuseTrade(trade.error, tried) }
  }
  const refusal = payFromSubnet(context, netuid, payee, trade.outRao)
  if (refusal !== null) return { ok: false, refusal }
  settle(state, netuid, trade.reserves, figuresAfterSaleUnchecked(figuresOf(state, netuid), trade))
  return trade
}

/**
 * Pays from a subnet's account. Should that fall below the existential deposit, what is left of it is lost, though the pool counts on it.
 *
 * @returns why not, and nothing has changed; `null` when it is paid.
 */
function payFromSubnet(
  context: BlockContext,
  netuid: Netuid,
  payee: AccountId,
  amountRao: Rao,
): RefusalOf<PaymentRefusal> | null {
  const { state, config } = context
  const payer = subnetAccount(netuid)
  if (amountRao === 0n) return null
  const heldRao = state.balanceRao(payer)
  if (heldRao < amountRao) {
    return refuse('InsufficientBalance', { because: 'subnetHasLess', netuid, heldRao, amountRao })
  }
  const wouldHoldRao = state.balanceRao(payee) + amountRao
  const leastRao = config.existentialDepositRao
  if (wouldHoldRao < leastRao) {
    const receiver = state.addressOf(payee)
    return refuse('BelowMinimum', { because: 'paidBySubnet', netuid, receiver, wouldHoldRao, leastRao })
  }
  moveTao(context, payer, payee, amountRao)
  reapIfDust(context, payer)
  return null
}

/**
 * Passes the fee of a purchase on: to who makes the block, or where nobody gets it. What cannot be burned stays with the subnet.
 *
 * @source spec: `spec/chain.md` 4.4
 */
export function payPurchaseFee(
  context: BlockContext,
  netuid: Netuid,
  feeRao: Rao,
): RefusalOf<PaymentRefusal> | null {
  const taker = feeTaker(context)
  const refusal = payFromSubnet(context, netuid, taker ?? BURN_ACCOUNT, feeRao)
  return taker === null ? null : refusal
}

/**
 * Passes the fee of a sale on: sold without a fee for who makes the block; with nobody there it stays nobody's.
 *
 * @source spec: `spec/chain.md` 4.4
 */
export function paySaleFee(
  context: BlockContext,
  netuid: Netuid,
  feeAlpha: Alpha,
): RefusalOf<SaleRefusal> | null {
  const taker = feeTaker(context)
  if (taker === null) return null
  const sold = sellAlpha(context, netuid, taker, feeAlpha, { takesFee: false })
  return sold.ok ? null : sold.refusal
}

function figuresOf(state: LedgerState, netuid: Netuid): TradeFigures {
  const { alphaOut, volumeRao } = state.required(reserves)
  const { totalStakeRao } = state.chain
  return { alphaOut: alphaOut[netuid] ?? 0n, volumeRao: volumeRao[netuid] ?? 0n, totalStakeRao }
}

function settle(
  state: LedgerState,
  netuid: Netuid,
  { taoRao, alphaIn, quoteWeightE18 }: MechanismReserves,
  { alphaOut, volumeRao, totalStakeRao }: TradeFigures,
): void {
  if (!state.subnet(netuid).hasTraded) state.setSubnet(netuid, { hasTraded: true })
  // The volume is for people, and here it ends at 64 bits.
  state.setRow(reserves, netuid, {
    subnetTaoRao: taoRao,
    alphaIn,
    alphaOut,
    quoteWeightE18,
    volumeRao: saturatedU64(volumeRao),
  })
  state.setChain({ totalStakeRao })
}

function feeTaker({ author }: BlockContext): AccountId | null {
  return author === null ? null : accountOf(author)
}
