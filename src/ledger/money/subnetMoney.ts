import type { Reserves } from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import type { Alpha, Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { subnetAccount } from '../state/LedgerState.js'
import type { AccountId, SubnetPoolRecord } from '../state/records.js'
import { moveTao, spendableRao } from './balances.js'

/** The most of an amount that a payer can give and stay alive: payments into a subnet never reap an account. */
export function payableRao(context: BlockContext, payer: AccountId, amountRao: Rao): Rao {
  const spendable = spendableRao(context, payer)
  return amountRao < spendable ? amountRao : spendable
}

/** What a pool trades with. */
export const reservesOf = ({ subnetTaoRao, alphaIn }: SubnetPoolRecord): Reserves => ({
  taoRao: subnetTaoRao,
  alphaIn,
})

/**
 * Buys alpha from the subnet's pool: TAO moves into its account. Who gets the alpha is the caller's business.
 *
 * @returns how much alpha is out more than before.
 */
export function buyAlpha(context: BlockContext, netuid: Netuid, payer: AccountId, amountRao: Rao): Alpha {
  const { state, scheduler } = context
  const pool = state.pool(netuid)
  const trade = scheduler.pool.buy(reservesOf(pool), amountRao)
  assert(trade.ok, 'a pool of fixed price sells whatever is asked for')
  moveTao(context, payer, subnetAccount(netuid), trade.inRao)
  state.setPool(netuid, {
    subnetTaoRao: trade.reserves.taoRao,
    alphaIn: trade.reserves.alphaIn,
    alphaOut: pool.alphaOut + trade.outAlpha,
  })
  return trade.outAlpha
}

/**
 * Sells alpha to the subnet's pool: its TAO moves out of the subnet's account. The alpha is gone, for as long as
 * pools keep none.
 *
 * @returns what was paid.
 */
export function sellAlpha(context: BlockContext, netuid: Netuid, payee: AccountId, alpha: Alpha): Rao {
  const { state, scheduler } = context
  const pool = state.pool(netuid)
  const trade = scheduler.pool.sell(reservesOf(pool), alpha)
  assert(trade.ok, 'a pool of fixed price buys whatever is offered')
  state.setPool(netuid, {
    subnetTaoRao: trade.reserves.taoRao,
    alphaOut: pool.alphaOut - trade.inAlpha,
  })
  moveTao(context, subnetAccount(netuid), payee, trade.outRao)
  return trade.outRao
}
