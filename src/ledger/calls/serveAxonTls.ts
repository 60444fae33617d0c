import { holds } from '../events.js'
import { announceAxon } from '../serving/announceAxon.js'
import { certificates } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { bytesField, described } from './fields.js'
import { AXON_FIELDS, SERVING_REFUSALS } from './servingFields.js'

/** A byte that names the algorithm, and the key. */
const MOST_CERTIFICATE_BYTES = 65
/** What a call has room for; longer ones are no certificate either. */
const MOST_BYTES = 1_024

/** @source spec: `spec/chain.md` 9.1 */
export const serveAxonTls = defineCall({
  does: 'Announces where a neuron answers, with a certificate: the first byte names the algorithm, up to 64 are the key. One that is empty or longer is passed over, and the former stays.',
  signedBy: 'a registered hotkey',
  fields: {
    ...AXON_FIELDS,
    certificate: described(
      bytesField(MOST_BYTES),
      'A byte for the algorithm, then the public key of at most 64 bytes.',
    ),
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
