import { CHILDREN_REFUSALS, scheduleChildren } from '../children/scheduleChildren.js'
import { defineCall } from './defineCall.js'
import { hotkeyField, u16Field } from './fields.js'
import { linksField } from './linksField.js'

/**
 * Lends stake of a hotkey on a subnet to other hotkeys, at most five, in place of those it lent to before; an empty list ends that. They count at
 * once before the subnet is started, after a wait and from an epoch on later. The coldkey that owns the hotkey signs it.
 *
 * @source spec: `spec/chain.md` 7.4
 */
export const setChildren = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, children: linksField },
  refuses: CHILDREN_REFUSALS,
  apply: (context, signer, { children, ...place }) => scheduleChildren(context, signer, place, children),
})
