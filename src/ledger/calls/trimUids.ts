import { asHotkey, type Hotkey, type Netuid, type Uid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { eventField, holds } from '../events.js'
import { replacement } from '../neurons/replacement.js'
import { trimNeurons } from '../neurons/trimNeurons.js'
import type { SettingLimits } from '../rules/settingRule.js'
import { uidsToTrim } from '../rules/uidsToTrim.js'
import { NOT_NOW_REFUSALS, whyNotNow } from '../rules/whyNotSet.js'
import { noteOwnerChange } from '../state/ownerChange.js'
import { changeHyperparameter } from '../subnets/changeHyperparameter.js'
import { refuseSetter, setterOf, settingFacts } from '../subnets/settingFacts.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, u16Field } from './fields.js'

const RULE = {
  limit: (config: SettingLimits) => ({ per: 'blocks', count: config.trimRateLimitBlocks }) as const,
}

type TrimRefusal = RefusalOf<'SubnetNotExists' | 'InvalidValue' | 'TrimmingWouldExceedMaxImmunePercentage'>

/** @source spec: `spec/chain.md` 5.3 */
export const trimUids = defineCall({
  does: 'Has a subnet hold at most so many neurons, fewer than there are too: those that earned least lose their uids, and the others close ranks in their order.',
  signedBy: "the subnet's owner, root",
  fields: {
    netuid: netuidField,
    maxAllowedUids: described(
      u16Field,
      "Most neurons from now on: from the subnet's `minAllowedUids` to its `maxAllowedUids`.",
    ),
  },
  events: {
    UidsTrimmed: {
      maxAllowedUids: holds.count,
      removed:
        eventField<readonly { readonly uid: Uid; readonly hotkey: Hotkey }[]>('list of uid and hotkey'),
    },
  },
  refuses: [
    'BadOrigin',
    ...NOT_NOW_REFUSALS,
    'SubnetNotExists',
    'InvalidValue',
    'TrimmingWouldExceedMaxImmunePercentage',
  ],
  apply(context, signer, { netuid, maxAllowedUids }) {
    const { state, block } = context
    const by = setterOf(context, netuid, signer)
    if (by === null) return refuseSetter(context, netuid, signer)
    const clock = { netuid, name: 'trimUids' }
    const notNow = whyNotNow('the number of uids', RULE, settingFacts(context, by, clock))
    if (notNow !== null) return notNow
    const leaving = whoLeaves(context, netuid, maxAllowedUids)
    if ('error' in leaving) return leaving
    const hotkeys = state.hotkeys(netuid)
    const removed = [...leaving]
      .sort((a, b) => a - b)
      .map((uid) => ({ uid, hotkey: asHotkey(state.addressOf(hotkeys[uid] as (typeof hotkeys)[number])) }))
    if (leaving.size > 0) trimNeurons(state, netuid, leaving)
    changeHyperparameter(context, netuid, 'maxAllowedUids', maxAllowedUids)
    if (by === 'owner') noteOwnerChange(state, clock, block)
    context.emit('UidsTrimmed', netuid, { maxAllowedUids, removed })
    return null
  },
})

/** Who has to leave, or why a subnet may not be trimmed so far. */
function whoLeaves(
  { state, block }: BlockContext,
  netuid: Netuid,
  mostUids: number,
): ReadonlySet<Uid> | TrimRefusal {
  if (state.findSubnet(netuid) === undefined) return refuse('SubnetNotExists', { netuid })
  const { minAllowedUids, maxAllowedUids } = state.hyperparameters(netuid)
  if (mostUids < minAllowedUids || mostUids > maxAllowedUids) {
    return refuse('InvalidValue', {
      because: 'outOfBounds',
      name: 'maxAllowedUids',
      value: mostUids,
      least: minAllowedUids,
      most: maxAllowedUids,
    })
  }
  const { candidates, ...rule } = replacement(state, netuid, block)
  return (
    uidsToTrim(candidates, rule, mostUids) ??
    refuse('TrimmingWouldExceedMaxImmunePercentage', {
      netuid,
      maxAllowedUids: mostUids,
      neurons: candidates.length,
    })
  )
}
