import { fits } from '../../checks/index.js'
import { MAX_SUPPLY_RAO } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { hyperparameterNamed } from '../rules/hyperparameters.js'
import { isSystemAccount, ROOT } from '../state/account.js'
import { changeHyperparameter } from '../subnets/changeHyperparameter.js'
import { dissolveSubnet } from '../subnets/dissolveSubnet.js'
import { defineCall } from './defineCall.js'
import { accountField, amountField, flagField, u16Field } from './fields.js'
import { HYPERPARAMETER_EVENTS, nameField, valueField } from './hyperparameterFields.js'

/*
 * What a test may do and nobody else: without permission, bounds or clocks. Refused on every chain whose genesis does not allow calls of test
 * origin, and to everybody who signs them.
 */

/** Gives an account a balance, whatever it had. The issuance follows, to at most 21 million TAO. */
export const overrideBalance = defineCall({
  isOfTests: true,
  fields: { account: accountField, balanceRao: amountField },
  refuses: ['CannotUseSystemAccount', 'InvalidValue'],
  apply({ state }, _signer, { account, balanceRao }) {
    if (isSystemAccount(account)) return refuse('CannotUseSystemAccount', 'A subnet holds its own TAO.')
    const totalIssuanceRao = state.chain.totalIssuanceRao + balanceRao - state.balanceRao(account)
    if (totalIssuanceRao > MAX_SUPPLY_RAO) return refuse('InvalidValue', 'There is never so much TAO.')
    state.setChain({ totalIssuanceRao })
    state.setBalanceRao(account, balanceRao)
    return null
  },
})

/** Sets a hyperparameter to any value that it can have, `maxAllowedUids` to no less than there are. */
export const overrideHyperparameter = defineCall({
  isOfTests: true,
  fields: { netuid: u16Field, name: nameField, value: valueField },
  events: HYPERPARAMETER_EVENTS,
  refuses: ['SubnetDoesNotExist', 'InvalidValue'],
  apply(context, _signer, { netuid, name, value }) {
    const { state } = context
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetDoesNotExist', `There is no subnet ${netuid}.`)
    }
    const entry = hyperparameterNamed(name)
    const isTooFew = name === 'maxAllowedUids' && Number(value) < state.n(netuid)
    if (entry === undefined || !fits(entry.column.check, value) || isTooFew) {
      return refuse('InvalidValue', `${name} cannot be ${String(value)}.`)
    }
    changeHyperparameter(context, netuid, name, value)
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})

/** Ends a subnet as root would. */
export const overrideDissolve = defineCall({
  isOfTests: true,
  fields: { netuid: u16Field },
  refuses: ['SubnetNotExists'],
  apply(context, _signer, { netuid }) {
    if (netuid === ROOT || context.state.findSubnet(netuid) === undefined) {
      return refuse('SubnetNotExists', `There is no subnet ${netuid} that can end.`)
    }
    dissolveSubnet(context, netuid)
    return null
  },
})

/** Lets a subnet take part in emission, or not. */
export const overrideEmission = defineCall({
  isOfTests: true,
  fields: { netuid: u16Field, enabled: flagField },
  refuses: [],
  apply({ state }, _signer, { netuid, enabled }) {
    // The reference would note it of a subnet that is not there, too, and forget it when that is registered.
    if (state.findSubnet(netuid) !== undefined) state.setSubnet(netuid, { emissionEnabled: enabled })
    return null
  },
})
