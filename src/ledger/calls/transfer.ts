import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { moveTao, reapIfDust } from '../money/balances.js'
import { defineCall } from './defineCall.js'
import { accountField, described, raoField } from './fields.js'

/** @source spec: `spec/chain.md` 10.8 */
export const transfer = defineCall({
  does: "Moves TAO from the signer to another account. A signer left with less than the existential deposit is reaped; a receiver must end with at least that much. What goes to a subnet's account lies there beside its pool.",
  signedBy: 'any account',
  fields: {
    to: described(accountField, 'Who gets it; any account.'),
    amountRao: described(raoField, 'TAO to move.'),
  },
  events: { Transfer: { from: holds.address, to: holds.address, amountRao: holds.rao } },
  refuses: ['FundsUnavailable', 'BelowMinimum'],
  apply(context, signer, { to, amountRao }) {
    const { state, config } = context
    const balanceRao = state.balanceRao(signer)
    if (balanceRao < amountRao) return refuse('FundsUnavailable', { balanceRao, amountRao })
    const wouldHoldRao = state.balanceRao(to) + amountRao
    const leastRao = config.existentialDepositRao
    if (wouldHoldRao < leastRao) {
      const receiver = state.addressOf(to)
      return refuse('BelowMinimum', { because: 'receiver', receiver, wouldHoldRao, leastRao })
    }
    moveTao(context, signer, to, amountRao)
    reapIfDust(context, signer)
    context.emit('Transfer', null, { from: state.addressOf(signer), to: state.addressOf(to), amountRao })
    return null
  },
})
