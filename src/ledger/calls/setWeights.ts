import { refuse } from '../BlockContext.js'
import { OPEN_WEIGHTS_REFUSALS, whyTooLittleStake } from '../rules/checkSetWeights.js'
import { storeOpenWeights } from '../weights/storeWeights.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { tooFastForGuard } from '../weights/weightsGuards.js'
import { defineCall } from './defineCall.js'
import { mechanismField, u16Field, u16ListField, wholeField } from './fields.js'

/**
 * Stores what a validator says of the others. Its registered hotkey signs it. Where weights are hidden first, they are committed instead.
 *
 * @source spec: `spec/chain.md` 8.1
 */
export const setWeights = defineCall({
  fields: {
    netuid: u16Field,
    mechanism: mechanismField,
    uids: u16ListField,
    values: u16ListField,
    versionKey: wholeField(Number.MAX_SAFE_INTEGER),
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
