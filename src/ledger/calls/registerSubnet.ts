import { FOUNDING_EVENTS, FOUNDING_REFUSALS, foundSubnet } from '../subnets/foundSubnet.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'

/** @source spec: `spec/chain.md` 6.1 to 6.4 */
export const registerSubnet = defineCall({
  does: "Founds a subnet: the signer owns it, the hotkey gets uid 0, and the lock becomes the subnet's pool. At the limit the subnet with the lowest price average that is past its immunity is dissolved for it.",
  signedBy: 'a coldkey',
  fields: {
    hotkey: described(
      hotkeyField,
      "Hotkey of the subnet's owner; one that nobody owns becomes the signer's.",
    ),
  },
  events: FOUNDING_EVENTS,
  refuses: FOUNDING_REFUSALS,
  apply(context, signer, { hotkey }) {
    const founded = foundSubnet(context, signer, hotkey, context.isGuarded)
    return typeof founded === 'number' ? null : founded
  },
})
