import { CHILDREN_REFUSALS, scheduleChildren } from '../children/scheduleChildren.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField } from './fields.js'
import { linksField } from './linksField.js'

/** @source spec: `spec/chain.md` 7.4 */
export const setChildren = defineCall({
  does: 'Lends stake of a hotkey on a subnet to other hotkeys, in place of those it lent to before. They count at once before the subnet is started, after a wait and from an epoch on later.',
  signedBy: 'the coldkey that owns the hotkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey whose stake is lent, the parent.'),
    children: described(linksField, 'To whom which part is lent; the empty list ends lending.'),
  },
  refuses: CHILDREN_REFUSALS,
  apply: (context, signer, { children, ...place }) => scheduleChildren(context, signer, place, children),
})
