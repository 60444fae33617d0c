import { FOUNDING_EVENTS, FOUNDING_REFUSALS, foundSubnet } from '../subnets/foundSubnet.js'
import { defineCall } from './defineCall.js'
import { hotkeyField } from './fields.js'

/**
 * Founds a subnet: the signer, a coldkey, owns it, the hotkey gets uid 0, and the lock becomes the subnet's pool. At the limit the subnet with
 * the lowest price average that is past its immunity is dissolved for it.
 *
 * @source spec: `spec/chain.md` 6.1 to 6.4
 */
export const registerSubnet = defineCall({
  fields: { hotkey: hotkeyField },
  events: FOUNDING_EVENTS,
  refuses: FOUNDING_REFUSALS,
  apply(context, signer, { hotkey }) {
    const founded = foundSubnet(context, signer, hotkey, context.isGuarded)
    return typeof founded === 'number' ? null : founded
  },
})
