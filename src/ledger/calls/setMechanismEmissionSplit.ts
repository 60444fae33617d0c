import { U16_MAX } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'
import { eventField } from '../events.js'
import type { SettingLimits } from '../rules/settingRule.js'
import { NOT_NOW_REFUSALS, type SettingFacts, whyNotNow } from '../rules/whyNotSet.js'
import { noteOwnerChange } from '../state/ownerChange.js'
import { mechanismSplits } from '../state/tables.js'
import { refuseSetter, setterOf, settingFacts } from '../subnets/settingFacts.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, orNull, u16ListField } from './fields.js'

const RULE = {
  limit: (config: SettingLimits) => ({ per: 'blocks', count: config.mechanismRateLimitBlocks }) as const,
}

/** @source spec: `spec/chain.md` 6.7, 8.7 */
export const setMechanismEmissionSplit = defineCall({
  does: "Says which part of a subnet's emission each of its mechanisms has.",
  signedBy: "the subnet's owner, root",
  fields: {
    netuid: netuidField,
    splitU16: described(
      orNull(u16ListField),
      'Parts of 65535 by mechanism, which add up to 65535; those that are not named have none. Null is an even split.',
    ),
  },
  events: {
    MechanismEmissionSplitSet: { splitU16: eventField<readonly number[] | null>('list of numbers, or null') },
  },
  refuses: ['BadOrigin', ...NOT_NOW_REFUSALS, 'MechanismDoesNotExist', 'InvalidValue'],
  apply(context, signer, { netuid, splitU16 }) {
    const { state, block } = context
    const by = setterOf(context, netuid, signer)
    if (by === null) return refuseSetter(context, netuid, signer)
    const clock = { netuid, name: 'mechanismEmissionSplit', owner: signer }
    const facts = settingFacts(context, by, clock)
    const refused = whyNotNow('the split of the emission', RULE, facts) ?? whyNotSplit(splitU16, facts)
    if (refused !== null) return refused
    if (splitU16 === null) state.delete(mechanismSplits, netuid)
    else state.set(mechanismSplits, [netuid], splitU16)
    if (by === 'owner') noteOwnerChange(state, clock, block)
    context.emit('MechanismEmissionSplitSet', netuid, { splitU16: splitU16 === null ? null : [...splitU16] })
    return null
  },
})

function whyNotSplit(
  splitU16: Uint16Array | null,
  { netuid, exists, current: { mechanismCount: mechanisms } }: SettingFacts,
): RefusalOf<'MechanismDoesNotExist' | 'InvalidValue'> | null {
  if (!exists) return refuse('MechanismDoesNotExist', { because: 'noSubnet', netuid })
  if (splitU16 === null) return null
  const parts = splitU16.length
  if (parts === 0 || parts > mechanisms) {
    return refuse('InvalidValue', { because: 'wrongParts', parts, mechanisms })
  }
  const sumU16 = splitU16.reduce((all, part) => all + part, 0)
  return sumU16 === U16_MAX
    ? null
    : refuse('InvalidValue', { because: 'wrongSum', sumU16, wantedU16: U16_MAX })
}
