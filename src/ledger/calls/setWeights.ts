import { refuse } from '../BlockContext.js'
import { OPEN_WEIGHTS_REFUSALS, whyTooLittleStake } from '../rules/checkSetWeights.js'
import { storeOpenWeights } from '../weights/storeWeights.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { tooFastForGuard } from '../weights/weightsGuards.js'
import { defineCall } from './defineCall.js'
import { mechanismField, netuidField, versionKeyField, WEIGHTS_FIELDS } from './fields.js'

/** @source spec: `spec/chain.md` 8.1 */
export const setWeights = defineCall({
  does: 'Stores what a validator says of the others. Where weights are hidden first, they are committed instead.',
  signedBy: 'a registered hotkey',
  fields: {
    netuid: netuidField,
    mechanism: mechanismField,
    ...WEIGHTS_FIELDS,
    versionKey: versionKeyField,
  },
  refuses: ['NotEnoughStakeToSetWeights', 'SettingWeightsTooFast', ...OPEN_WEIGHTS_REFUSALS],
  apply(context, signer, call) {
    const facts = weightsFacts(context, call.netuid, call.mechanism, signer)
    if (context.isGuarded) {
      const poor = whyTooLittleStake(facts)
      if (poor !== null) return poor
      // Where weights are hidden first, nobody is told that plain ones came too soon.
      const wait = facts.commitRevealEnabled ? null : tooFastForGuard(facts)
      if (wait !== null) return refuse('SettingWeightsTooFast', wait)
    }
    return storeOpenWeights(context, facts, call)
  },
})
