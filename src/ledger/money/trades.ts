import type { Reserves } from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import type { Alpha, Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { type AccountId, subnetAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { reserves } from '../state/tables.js'
import { moveTao, spendableRao } from './balances.js'

/** The most of an amount that a payer can give and stay alive: payments into a subnet never reap an account. */
export function payableRao(context: BlockContext, payer: AccountId, amountRao: Rao): Rao {
  const spendable = spendableRao(context, payer)
  return amountRao < spendable ? amountRao : spendable
}

/** What a subnet's pool trades with. */
export function reservesOf(state: LedgerState, netuid: Netuid): Reserves {
  return {
    taoRao: state.cell(reserves, netuid, 'subnetTaoRao'),
    alphaIn: state.cell(reserves, netuid, 'alphaIn'),
  }
}

/**
 * Buys alpha from the subnet's pool: TAO moves into its account. Who gets the alpha is the caller's business.
 *
 * @returns how much alpha is out more than before.
 */
export function buyAlpha(context: BlockContext, netuid: Netuid, payer: AccountId, amountRao: Rao): Alpha {
  const { state, scheduler } = context
  const trade = scheduler.pool.buy(reservesOf(state, netuid), amountRao)
  assert(trade.ok, 'a pool of fixed price sells whatever is asked for')
  moveTao(context, payer, subnetAccount(netuid), trade.inRao)
  state.setRow(reserves, netuid, {
    subnetTaoRao: trade.reserves.taoRao,
    alphaIn: trade.reserves.alphaIn,
    alphaOut: state.cell(reserves, netuid, 'alphaOut') + trade.outAlpha,
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
  const trade = scheduler.pool.sell(reservesOf(state, netuid), alpha)
  assert(trade.ok, 'a pool of fixed price buys whatever is offered')
  state.setRow(reserves, netuid, {
    subnetTaoRao: trade.reserves.taoRao,
    alphaOut: state.cell(reserves, netuid, 'alphaOut') - trade.inAlpha,
  })
  moveTao(context, subnetAccount(netuid), payee, trade.outRao)
  return trade.outRao
}
