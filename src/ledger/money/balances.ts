import { assert } from '../../errors/index.js'
import type { Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AccountId } from '../state/records.js'

/** What an account can pay and stay alive. */
export function spendableRao(context: BlockContext, account: AccountId): Rao {
  const spare = context.state.account(account).balanceRao - context.config.existentialDepositRao
  return spare > 0n ? spare : 0n
}

/** Moves TAO; the caller has checked that the payer has it. Total issuance stays. */
export function moveTao(context: BlockContext, from: AccountId, to: AccountId, amountRao: Rao): void {
  const payer = context.state.account(from)
  assert(amountRao >= 0n && payer.balanceRao >= amountRao, 'a payment exceeds its balance')
  context.state.setAccount(from, { balanceRao: payer.balanceRao - amountRao })
  context.state.setAccount(to, { balanceRao: context.state.account(to).balanceRao + amountRao })
}

/** Creates TAO on an account. */
export function mintTao(context: BlockContext, to: AccountId, amountRao: Rao): void {
  const { state } = context
  state.setAccount(to, { balanceRao: state.account(to).balanceRao + amountRao })
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao + amountRao })
}

/** Ends an account whose balance fell below the existential deposit: what is left leaves the issuance. */
export function reapIfDust(context: BlockContext, account: AccountId): void {
  const { state, config } = context
  const { balanceRao } = state.account(account)
  if (balanceRao === 0n || balanceRao >= config.existentialDepositRao) return
  state.setAccount(account, { balanceRao: 0n })
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao - balanceRao })
  context.emit('DustLost', null, { account: state.addressOf(account), amountRao: balanceRao })
}
