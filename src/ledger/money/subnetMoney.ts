import type { Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { subnetAccount } from '../state/LedgerState.js'
import type { AccountId } from '../state/records.js'
import { moveTao, spendableRao } from './balances.js'

/** The most of an amount that a payer can give and stay alive: payments into a subnet never reap an account. */
export function payableRao(context: BlockContext, payer: AccountId, amountRao: Rao): Rao {
  const spendable = spendableRao(context, payer)
  return amountRao < spendable ? amountRao : spendable
}

/**
 * Buys alpha at price 1: TAO moves into the subnet's account, and as much alpha exists from now on.
 * Who gets the alpha is the caller's business.
 */
export function buyAlpha(context: BlockContext, netuid: Netuid, payer: AccountId, amountRao: Rao): void {
  const { state } = context
  moveTao(context, payer, subnetAccount(netuid), amountRao)
  const pool = state.pool(netuid)
  state.setPool(netuid, {
    subnetTaoRao: pool.subnetTaoRao + amountRao,
    alphaOut: pool.alphaOut + amountRao,
  })
}

/** Sells alpha at price 1: the alpha is gone, and its TAO moves out of the subnet's account. */
export function sellAlpha(context: BlockContext, netuid: Netuid, payee: AccountId, amountRao: Rao): void {
  const { state } = context
  const pool = state.pool(netuid)
  state.setPool(netuid, {
    subnetTaoRao: pool.subnetTaoRao - amountRao,
    alphaOut: pool.alphaOut - amountRao,
  })
  moveTao(context, subnetAccount(netuid), payee, amountRao)
}
