import { MAX_SUPPLY_RAO, type Netuid } from '../../units/index.js'
import { reservoirOf } from '../money/reservoirs.js'
import type { LedgerState } from '../state/LedgerState.js'
import { accounts, config, reserves, tallies } from '../state/tables.js'

/** All balances, those of subnets and that of burned fees included, are the issuance, at most 21 million TAO. PERF: every account. */
export function brokenIssuance(state: LedgerState): string[] {
  const { totalIssuanceRao } = state.chain
  let sumRao = 0n
  for (const [, { balanceRao }] of state.range(accounts)) sumRao += balanceRao
  for (const balanceRao of state.getOrBlank(reserves).accountRao) sumRao += balanceRao
  const broken: string[] = []
  if (sumRao !== totalIssuanceRao) {
    broken.push(`balances sum to ${sumRao} rao, the issuance is ${totalIssuanceRao}`)
  }
  if (totalIssuanceRao > MAX_SUPPLY_RAO) broken.push(`the issuance is ${totalIssuanceRao} rao`)
  return broken
}

/**
 * Fees of registrations and failed purchases lie in the account beside the pool's TAO; a subnet paid for with all that somebody had may miss as much as
 * keeps an account alive, and each time the account ended what it then held.
 *
 * @source spec: `spec/chain.md` 11.3
 */
export function brokenReserves(state: LedgerState, netuid: Netuid): string[] {
  const { accountRao, subnetTaoRao } = state.row(reserves, netuid)
  const { taoRao: waitingRao } = reservoirOf(state, netuid)
  const { existentialDepositRao } = state.required(config)
  const dustLostRao = state.cell(tallies, netuid, 'dustLostRao')
  return accountRao + dustLostRao + existentialDepositRao >= subnetTaoRao + waitingRao
    ? []
    : [
        `the account of subnet ${netuid} holds ${accountRao} rao, its pool ${subnetTaoRao}, its reservoir ${waitingRao}, and ${dustLostRao} were lost`,
      ]
}
