import { fits } from '../../checks/index.js'
import { refuse } from '../BlockContext.js'
import { hyperparameterNamed } from '../rules/hyperparameters.js'
import { isSystemAccount } from '../state/account.js'
import { clocks, hyperparameters } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { accountField, amountField, flagField, u16Field } from './fields.js'
import { HYPERPARAMETER_EVENTS, nameField, valueField } from './hyperparameterFields.js'

/*
 * What a test may do and nobody else: without permission, bounds or clocks. Refused on every chain whose genesis does not allow calls of test
 * origin, and to everybody who signs them.
 */

/** Gives an account a balance, whatever it had. The issuance follows. */
export const overrideBalance = defineCall({
  isOfTests: true,
  fields: { account: accountField, balanceRao: amountField },
  refuses: ['CannotUseSystemAccount'],
  apply({ state }, _signer, { account, balanceRao }) {
    if (isSystemAccount(account)) return refuse('CannotUseSystemAccount', 'A subnet holds its own TAO.')
    const { totalIssuanceRao } = state.chain
    state.setChain({ totalIssuanceRao: totalIssuanceRao + balanceRao - state.balanceRao(account) })
    state.setBalanceRao(account, balanceRao)
    return null
  },
})

/** Sets a hyperparameter to any value that it can have. Setting the tempo starts its cycle anew. */
export const overrideHyperparameter = defineCall({
  isOfTests: true,
  fields: { netuid: u16Field, name: nameField, value: valueField },
  events: HYPERPARAMETER_EVENTS,
  refuses: ['SubnetDoesNotExist', 'InvalidValue'],
  apply(context, _signer, { netuid, name, value }) {
    const { state, block } = context
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetDoesNotExist', `There is no subnet ${netuid}.`)
    }
    const entry = hyperparameterNamed(name)
    if (entry === undefined || !fits(entry.column.check, value)) {
      return refuse('InvalidValue', `${name} cannot be ${String(value)}.`)
    }
    state.set(hyperparameters, [netuid], { ...state.hyperparameters(netuid), [name]: value })
    if (name === 'tempoBlocks') state.setRow(clocks, netuid, { lastEpochBlock: block })
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})

/** Lets a subnet take part in emission, or not. */
export const overrideEmission = defineCall({
  isOfTests: true,
  fields: { netuid: u16Field, enabled: flagField },
  refuses: ['SubnetDoesNotExist'],
  apply({ state }, _signer, { netuid, enabled }) {
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetDoesNotExist', `There is no subnet ${netuid}.`)
    }
    state.setSubnet(netuid, { emissionEnabled: enabled })
    return null
  },
})
