import { holds } from '../events.js'
import { announceAxon } from '../serving/announceAxon.js'
import { defineCall } from './defineCall.js'
import { u16Field, wholeField } from './fields.js'
import { byteField, ipField, SERVING_REFUSALS } from './servingFields.js'

/**
 * Announces where a neuron answers, by an address in the text form of IPv4 or IPv6 or by the reference's number and type. Protocol and placeholders are for
 * people, and 0 when left out. Its registered hotkey signs it.
 *
 * @source spec: `spec/chain.md` 9.1
 */
export const serveAxon = defineCall({
  fields: {
    netuid: u16Field,
    ip: ipField,
    port: u16Field,
    version: wholeField(0xffff_ffff),
    protocol: byteField,
    placeholder1: byteField,
    placeholder2: byteField,
  },
  events: { AxonServed: { uid: holds.uid, hotkey: holds.hotkey, ip: holds.text, port: holds.count } },
  refuses: SERVING_REFUSALS,
  apply(context, signer, args) {
    const served = announceAxon(context, signer, args)
    if ('error' in served) return served
    context.emit('AxonServed', args.netuid, served)
    return null
  },
})
