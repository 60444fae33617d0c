import { holds } from '../events.js'
import { announceAxon } from '../serving/announceAxon.js'
import { certificates } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { bytesField, u16Field, wholeField } from './fields.js'
import { byteField, ipField, SERVING_REFUSALS } from './servingFields.js'

/** A byte that names the algorithm, and the key. */
const MOST_CERTIFICATE_BYTES = 65
/** What a call has room for; longer ones are no certificate either. */
const MOST_BYTES = 1_024

/**
 * As an announcement of an axon, with a certificate: the first byte names the algorithm, up to 64 are the key. One that is empty or longer is passed over, and
 * the former stays. The registered hotkey signs it.
 *
 * @source spec: `spec/chain.md` 9.1
 */
export const serveAxonTls = defineCall({
  fields: {
    netuid: u16Field,
    ip: ipField,
    port: u16Field,
    version: wholeField(0xffff_ffff),
    protocol: byteField,
    placeholder1: byteField,
    placeholder2: byteField,
    certificate: bytesField(MOST_BYTES),
  },
  events: { AxonTlsServed: { uid: holds.uid, hotkey: holds.hotkey, ip: holds.text, port: holds.count } },
  refuses: SERVING_REFUSALS,
  apply(context, signer, { certificate, ...args }) {
    const served = announceAxon(context, signer, args)
    if ('error' in served) return served
    const { netuid } = args
    const [algorithm] = certificate
    if (algorithm !== undefined && certificate.length <= MOST_CERTIFICATE_BYTES) {
      context.state.set(certificates, [netuid, served.uid], { algorithm, publicKey: certificate.slice(1) })
    }
    context.emit('AxonTlsServed', netuid, served)
    return null
  },
})
