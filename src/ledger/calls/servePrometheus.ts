import { asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { notServing, servingUid, whyNotIp, whyNotNow } from '../serving/whyNotServe.js'
import { prometheuses } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { ADDRESS_FIELDS } from './servingFields.js'

/** @source spec: `spec/chain.md` 9.2 */
export const servePrometheus = defineCall({
  does: 'Announces where a neuron shows figures about itself. An address of zeros is none here, and addresses are asked before the uid.',
  signedBy: 'a registered hotkey',
  fields: ADDRESS_FIELDS,
  events: { PrometheusServed: { uid: holds.uid, hotkey: holds.hotkey, ip: holds.text, port: holds.count } },
  refuses: [
    'InvalidIpType',
    'InvalidIpAddress',
    'HotKeyNotRegisteredInNetwork',
    'ServingRateLimitExceeded',
    'InvalidPort',
  ],
  apply(context, signer, { netuid, ip, port, version }) {
    const { state, block } = context
    const unreachable = whyNotIp(context, ip, false)
    if (unreachable !== null) return unreachable
    const uid = servingUid(context, netuid, signer)
    if (uid === undefined) return notServing(context, netuid, signer)
    const lastBlock = state.get(prometheuses, netuid, uid)?.block
    const refused = whyNotNow(context, { netuid, ip, port, lastBlock })
    if (refused !== null) return refused
    const { ipType, text } = ip
    state.set(prometheuses, [netuid, uid], { ip: text, ipType, port, version, block })
    const hotkey = asHotkey(state.addressOf(signer))
    context.emit('PrometheusServed', netuid, { uid, hotkey, ip: text, port })
    return null
  },
})
