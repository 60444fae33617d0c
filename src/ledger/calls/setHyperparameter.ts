import { hyperparameterNamed } from '../rules/hyperparameters.js'
import { SETTING_REFUSALS, whyNotSet } from '../rules/whyNotSet.js'
import { noteOwnerChange, type OwnerClock } from '../state/ownerChange.js'
import { changeHyperparameter } from '../subnets/changeHyperparameter.js'
import { refuseSetter, setterOf, settingFacts } from '../subnets/settingFacts.js'
import { defineCall } from './defineCall.js'
import { netuidField } from './fields.js'
import { HYPERPARAMETER_EVENTS, nameField, valueField } from './hyperparameterFields.js'

/** @source spec: `spec/chain.md` 1.2, 6.7 */
export const setHyperparameter = defineCall({
  does: 'Changes a hyperparameter of a subnet. Root may set more of them than the owner.',
  signedBy: "the subnet's owner, root",
  fields: {
    netuid: netuidField,
    name: nameField,
    value: valueField,
  },
  events: HYPERPARAMETER_EVENTS,
  refuses: SETTING_REFUSALS,
  apply(context, signer, { netuid, name, value }) {
    const { state, config, block } = context
    const by = setterOf(context, netuid, signer)
    if (by === null) return refuseSetter(context, netuid, signer)
    const rule = hyperparameterNamed(name)?.rule
    const clock: OwnerClock = {
      netuid,
      name: rule?.clock ?? name,
      ...(rule?.isClockOfAccount === true && { owner: signer }),
    }
    const refused = whyNotSet(name, value, settingFacts(context, by, clock))
    if (refused !== null) return refused
    changeHyperparameter(context, netuid, name, value)
    const isLimited = rule?.limit?.(config).per !== 'never limited'
    if (by === 'owner' && isLimited) noteOwnerChange(state, clock, block)
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})
