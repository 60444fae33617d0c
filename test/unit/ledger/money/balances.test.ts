import { describe, expect, it } from 'vitest'
import { brokenIssuance, brokenReserves } from '../../../../src/ledger/invariants/brokenMoney.js'
import { reapIfDust } from '../../../../src/ledger/money/balances.js'
import { buyAlpha, sellAlpha } from '../../../../src/ledger/money/trades.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { reserves, tallies } from '../../../../src/ledger/state/tables.js'
import { callContextAt } from '../../../vectors/callContext.js'
import { addBareSubnet } from '../../../vectors/contextAt.js'
import { coldkeyOf, idOf } from '../../../vectors/fileState.js'

const TAO = 10n ** 9n

/** A pool of 3 TAO and 3 alpha, all of it in the subnet's account; account 1 has 100 TAO. An account lives from 1 TAO on. */
function world() {
  const context = callContextAt(9, { existentialDepositRao: TAO })
  const { state } = context
  addBareSubnet(context, 1)
  state.setRow(reserves, 1, {
    accountRao: 3n * TAO,
    subnetTaoRao: 3n * TAO,
    alphaIn: 3n * TAO,
    alphaOut: 100n * TAO,
    quoteWeightE18: 5n * 10n ** 17n,
  })
  state.setBalanceRao(idOf(1), 100n * TAO)
  state.setChain({ totalIssuanceRao: 103n * TAO, totalStakeRao: 3n * TAO })
  return context
}

describe('an account that falls below the existential deposit', () => {
  it('loses what it has, as an event and to the issuance', () => {
    const context = world()
    const { state } = context
    state.setBalanceRao(idOf(1), TAO)
    reapIfDust(context, idOf(1))
    expect(context.events).toEqual([])
    state.setBalanceRao(idOf(1), TAO - 1n)
    reapIfDust(context, idOf(1))
    expect([state.balanceRao(idOf(1)), state.chain.totalIssuanceRao]).toEqual([0n, 102n * TAO + 1n])
    expect(context.events).toEqual([
      { name: 'DustLost', netuid: null, data: { account: coldkeyOf(1), amountRao: TAO - 1n } },
    ])
  })

  it('breaks no invariant where it is a subnet’s, however often it comes', () => {
    const context = world()
    const { state } = context
    const issuedRao = state.chain.totalIssuanceRao
    for (let round = 0; round < 3; round++) {
      // A sale leaves half a TAO in the account, which ends; a purchase fills it again.
      const { accountRao, subnetTaoRao, alphaIn } = state.row(reserves, 1)
      const outRao = accountRao - TAO / 2n
      const alpha = (alphaIn * outRao) / (subnetTaoRao - outRao)
      expect(sellAlpha(context, 1, idOf(1), alpha, { takesFee: false }).ok).toBe(true)
      expect(state.balanceRao(subnetAccount(1))).toBe(0n)
      expect(brokenReserves(state, 1)).toEqual([])
      expect(buyAlpha(context, 1, idOf(1), 2n * TAO, { takesFee: false }).ok).toBe(true)
      expect(brokenReserves(state, 1)).toEqual([])
      const lostRao = context.events.reduce(
        (sum, { name, data }) => sum + (name === 'DustLost' ? data.amountRao : 0n),
        0n,
      )
      expect(state.cell(tallies, 1, 'dustLostRao')).toBe(lostRao)
      expect(state.chain.totalIssuanceRao).toBe(issuedRao - lostRao)
      expect(brokenIssuance(state)).toEqual([])
    }
    // The pool counts on more than the account and what keeps it alive.
    const { accountRao, subnetTaoRao } = state.row(reserves, 1)
    expect(subnetTaoRao).toBeGreaterThan(accountRao + TAO)
  })
})
