import { holds } from '../events.js'
import { announceAxon } from '../serving/announceAxon.js'
import { defineCall } from './defineCall.js'
import { AXON_FIELDS, SERVING_REFUSALS } from './servingFields.js'

/** @source spec: `spec/chain.md` 9.1 */
export const serveAxon = defineCall({
  does: 'Announces where a neuron answers.',
  signedBy: 'a registered hotkey',
  fields: AXON_FIELDS,
  events: { AxonServed: { uid: holds.uid, hotkey: holds.hotkey, ip: holds.text, port: holds.count } },
  refuses: SERVING_REFUSALS,
  apply(context, signer, args) {
    const served = announceAxon(context, signer, args)
    if ('error' in served) return served
    context.emit('AxonServed', args.netuid, served)
    return null
  },
})
