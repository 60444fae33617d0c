import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { isAnnounceable, isLoopback, readIpAddress } from '../rules/ipAddress.js'
import { axons } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { textField, u16Field, wholeField } from './fields.js'

/**
 * Announces where a neuron answers, by an address in the text form of IPv4 or IPv6. Its registered hotkey signs it.
 *
 * @source spec: `spec/chain.md` 9.1
 */
export const serveAxon = defineCall({
  fields: { netuid: u16Field, ip: textField(64), port: u16Field, version: wholeField(0xffff_ffff) },
  events: { AxonServed: { uid: holds.uid, hotkey: holds.hotkey, ip: holds.text, port: holds.count } },
  refuses: [
    'HotKeyNotRegisteredInNetwork',
    'InvalidIpType',
    'InvalidIpAddress',
    'ServingRateLimitExceeded',
    'InvalidPort',
  ],
  apply(context, signer, { netuid, ip, port, version }) {
    const { state, config, block } = context
    const uid = state.findSubnet(netuid) === undefined ? undefined : state.uidOf(netuid, signer)
    const hotkey = asHotkey(state.addressOf(signer))
    if (uid === undefined) return refuse('HotKeyNotRegisteredInNetwork', { netuid, hotkey })
    const address = readIpAddress(ip)
    if (address === null) return refuse('InvalidIpType', { ip })
    if (!isAnnounceable(address) && !(config.loopbackAxonsAllowed && isLoopback(address))) {
      return refuse('InvalidIpAddress', { ip })
    }
    const axon = state.get(axons, netuid, uid)
    const limit = state.hyperparameters(netuid).servingRateLimitBlocks
    if (axon !== undefined && block - axon.block < limit) {
      const given = { netuid, lastBlock: axon.block, nextBlock: axon.block + limit }
      return refuse('ServingRateLimitExceeded', given)
    }
    if (port === 0) return refuse('InvalidPort', { port })
    state.set(axons, [netuid, uid], { ip, port, version, block })
    context.emit('AxonServed', netuid, { uid, hotkey, ip, port })
    return null
  },
})
