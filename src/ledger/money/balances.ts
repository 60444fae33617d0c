import { assert } from '../../errors/index.js'
import type { Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { type AccountId, isSystemAccount, netuidOfAccount } from '../state/account.js'
import { tallies } from '../state/tables.js'

/** What an account can pay and stay alive. */
export function spendableRao({ state, config }: BlockContext, account: AccountId): Rao {
  const spare = state.balanceRao(account) - config.existentialDepositRao
  return spare > 0n ? spare : 0n
}

/** Moves TAO; the caller has checked that the payer has it. Total issuance stays. */
export function moveTao({ state }: BlockContext, from: AccountId, to: AccountId, amountRao: Rao): void {
  const balanceRao = state.balanceRao(from)
  assert(amountRao >= 0n && balanceRao >= amountRao, 'a payment exceeds its balance')
  state.setBalanceRao(from, balanceRao - amountRao)
  state.setBalanceRao(to, state.balanceRao(to) + amountRao)
}

/**
 * Ends an account whose balance fell below the existential deposit: what is left leaves the issuance. What a subnet's account loses is counted, since its
 * pool still has it.
 *
 * @source spec: `spec/chain.md` 10.8, 11.4
 */
export function reapIfDust(context: BlockContext, account: AccountId): void {
  const { state, config } = context
  const balanceRao = state.balanceRao(account)
  if (balanceRao === 0n || balanceRao >= config.existentialDepositRao) return
  state.setBalanceRao(account, 0n)
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao - balanceRao })
  if (isSystemAccount(account)) {
    const netuid = netuidOfAccount(account)
    state.setRow(tallies, netuid, { dustLostRao: state.cell(tallies, netuid, 'dustLostRao') + balanceRao })
  }
  context.emit('DustLost', null, { account: state.addressOf(account), amountRao: balanceRao })
}
