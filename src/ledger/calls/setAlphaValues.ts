import { U16_MAX } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { ALPHA_REFUSALS, ALPHA_VALUES, alphaValuesRefusal, LEAST_ALPHA_U16 } from '../rules/settingRule.js'
import { NOT_NOW_REFUSALS, whyNotNow } from '../rules/whyNotSet.js'
import { noteOwnerChange } from '../state/ownerChange.js'
import { changeHyperparameter } from '../subnets/changeHyperparameter.js'
import { refuseSetter, setterOf, settingFacts } from '../subnets/settingFacts.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, u16Field } from './fields.js'
import { HYPERPARAMETER_EVENTS } from './hyperparameterFields.js'

/** @source spec: `spec/chain.md` 6.7 */
export const setAlphaValues = defineCall({
  does: 'Sets both values of liquid alpha at once: how slowly and how fast bonds may move.',
  signedBy: "the subnet's owner, root",
  fields: {
    netuid: netuidField,
    lowU16: described(u16Field, 'Slowest liquid bond, of 65535: at least 1638, at most `highU16`.'),
    highU16: described(u16Field, 'Fastest liquid bond, of 65535: at least 1638.'),
  },
  events: HYPERPARAMETER_EVENTS,
  refuses: ['BadOrigin', ...NOT_NOW_REFUSALS, ...ALPHA_REFUSALS],
  apply(context, signer, { netuid, lowU16, highU16 }) {
    const { state, block } = context
    const by = setterOf(context, netuid, signer)
    if (by === null) return refuseSetter(context, netuid, signer)
    const clock = { netuid, name: ALPHA_VALUES }
    const facts = settingFacts(context, by, clock)
    const notNow = whyNotNow('the values of liquid alpha', {}, facts)
    if (notNow !== null) return notNow
    const low = { name: 'alphaLowU16', value: lowU16 } as const
    const high = { name: 'alphaHighU16', value: highU16 } as const
    switch (alphaValuesRefusal({ lowU16, highU16 }, facts.current)) {
      case 'LiquidAlphaDisabled':
        return refuse('LiquidAlphaDisabled', low)
      case 'AlphaHighTooLow':
        return refuse('AlphaHighTooLow', { ...high, least: LEAST_ALPHA_U16, most: U16_MAX })
      case 'AlphaLowOutOfRange':
        return refuse('AlphaLowOutOfRange', { ...low, least: LEAST_ALPHA_U16, most: highU16 })
    }
    for (const { name, value } of [low, high]) {
      changeHyperparameter(context, netuid, name, value)
      context.emit('HyperparameterSet', netuid, { name, value })
    }
    if (by === 'owner') noteOwnerChange(state, clock, block)
    return null
  },
})
