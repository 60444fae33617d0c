import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { whyNotIdentity } from '../identities/identityTexts.js'
import { hotkeysByOwner, identities, uidsByHotkey } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { IDENTITY_FIELDS } from './identityFields.js'

/** @source spec: `spec/chain.md` 9.3 */
export const setIdentity = defineCall({
  does: 'Says who is behind the signer, a coldkey of which one hotkey at least has a uid somewhere.',
  signedBy: 'a coldkey',
  fields: IDENTITY_FIELDS,
  events: { ChainIdentitySet: { coldkey: holds.coldkey } },
  refuses: ['HotKeyNotRegisteredInNetwork', 'InvalidIdentity'],
  apply({ state, emit }, signer, identity) {
    const coldkey = asColdkey(state.addressOf(signer))
    const isRegistered = state
      .range(hotkeysByOwner, signer)
      .some(([[, hotkey]]) => state.hasAny(uidsByHotkey, hotkey))
    if (!isRegistered) return refuse('HotKeyNotRegisteredInNetwork', { because: 'noneOfColdkey', coldkey })
    const refused = whyNotIdentity(identity)
    if (refused !== null) return refused
    state.set(identities, [signer], identity)
    emit('ChainIdentitySet', null, { coldkey })
    return null
  },
})
