import { fits } from '../../checks/index.js'
import { MAX_SUPPLY_RAO } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { hyperparameterNamed, whyNoHyperparameter } from '../rules/hyperparameters.js'
import { isSystemAccount, ROOT } from '../state/account.js'
import { changeHyperparameter } from '../subnets/changeHyperparameter.js'
import { dissolveSubnet } from '../subnets/dissolveSubnet.js'
import { defineCall } from './defineCall.js'
import { accountField, described, flagField, netuidField, raoField } from './fields.js'
import { HYPERPARAMETER_EVENTS, nameField, valueField } from './hyperparameterFields.js'

/*
 * What a test may do and nobody else: without permission, bounds or clocks. Refused on every chain whose genesis does not allow calls of test
 * origin, and to everybody who signs them.
 */

export const overrideBalance = defineCall({
  does: 'Gives an account a balance, whatever it had. The issuance follows, to at most 21 million TAO.',
  signedBy: 'nobody: of test origin',
  isOfTests: true,
  fields: {
    account: described(accountField, 'Whose balance it is.'),
    balanceRao: described(raoField, 'What it is from now on.'),
  },
  refuses: ['CannotUseSystemAccount', 'InvalidValue'],
  apply({ state }, _signer, { account, balanceRao }) {
    if (isSystemAccount(account)) {
      return refuse('CannotUseSystemAccount', { because: 'asBalance', account: state.addressOf(account) })
    }
    const totalIssuanceRao = state.chain.totalIssuanceRao + balanceRao - state.balanceRao(account)
    if (totalIssuanceRao > MAX_SUPPLY_RAO) {
      const given = { issuanceRao: totalIssuanceRao, mostRao: MAX_SUPPLY_RAO }
      return refuse('InvalidValue', { because: 'moreThanSupply', ...given })
    }
    state.setChain({ totalIssuanceRao })
    state.setBalanceRao(account, balanceRao)
    return null
  },
})

export const overrideHyperparameter = defineCall({
  does: 'Sets a hyperparameter to any value that it can have, `maxAllowedUids` to no less than there are.',
  signedBy: 'nobody: of test origin',
  isOfTests: true,
  fields: {
    netuid: netuidField,
    name: nameField,
    value: valueField,
  },
  events: HYPERPARAMETER_EVENTS,
  refuses: ['SubnetDoesNotExist', 'InvalidValue'],
  apply(context, _signer, { netuid, name, value }) {
    const { state } = context
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetDoesNotExist', { netuid })
    }
    const entry = hyperparameterNamed(name)
    if (entry === undefined) return refuse('InvalidValue', whyNoHyperparameter(name))
    const type = typeof entry.reference
    if (typeof value !== type) return refuse('InvalidValue', { because: 'otherType', name, value, type })
    const { range, check } = entry.column
    if (range !== undefined) {
      const least = name === 'maxAllowedUids' ? Math.max(1, state.n(netuid)) : range.least
      if (!fits(check, value) || (value as number | bigint) < least) {
        return refuse('InvalidValue', { because: 'outOfBounds', name, value, least, most: range.most })
      }
    }
    changeHyperparameter(context, netuid, name, value)
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})

export const overrideDissolve = defineCall({
  does: 'Ends a subnet as root would.',
  signedBy: 'nobody: of test origin',
  isOfTests: true,
  fields: {
    netuid: netuidField,
  },
  refuses: ['SubnetNotExists'],
  apply(context, _signer, { netuid }) {
    if (netuid === ROOT || context.state.findSubnet(netuid) === undefined) {
      return refuse('SubnetNotExists', { netuid })
    }
    dissolveSubnet(context, netuid)
    return null
  },
})

export const overrideEmission = defineCall({
  does: 'Lets a subnet take part in emission, or not.',
  signedBy: 'nobody: of test origin',
  isOfTests: true,
  fields: {
    netuid: netuidField,
    enabled: described(flagField, 'Whether it takes part.'),
  },
  refuses: [],
  apply({ state }, _signer, { netuid, enabled }) {
    // The reference would note it of a subnet that is not there, too, and forget it when that is registered.
    if (state.findSubnet(netuid) !== undefined) state.setSubnet(netuid, { emissionEnabled: enabled })
    return null
  },
})
