import { refuse } from '../BlockContext.js'
import { REGISTRATION_EVENTS, REGISTRATION_REFUSALS, registerHotkey } from '../neurons/registerHotkey.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField, orNull, raoField } from './fields.js'

/** @source spec: `spec/chain.md` 5.2, 5.3 */
export const registerNeuron = defineCall({
  does: "Registers a hotkey for the price of the day. The TAO stays in the subnet, the pool's fee beside the pool, and the alpha it buys is recycled. The signer keeps what its account needs to live.",
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, "Hotkey to register; one that nobody owns becomes the signer's."),
    limitRao: described(orNull(raoField), 'Highest price to pay; null pays any.'),
  },
  events: REGISTRATION_EVENTS,
  refuses: [
    'RegistrationNotPermittedOnRootSubnet',
    'SubnetNotExists',
    'RegistrationPriceLimitExceeded',
    ...REGISTRATION_REFUSALS,
  ],
  apply: (context, signer, { netuid, hotkey, limitRao }) =>
    registerHotkey(context, signer, { netuid, hotkey }, ({ priceRao, leastRao }) => {
      if (limitRao === null || priceRao <= limitRao) return null
      const facts = { netuid, priceRao, limitRao }
      return refuse(
        'RegistrationPriceLimitExceeded',
        priceRao > leastRao ? { because: 'falling', ...facts, leastRao } : { because: 'steady', ...facts },
      )
    }),
})
