import { holds } from '../events.js'
import { reason } from './reason.js'

/** Why a neuron does not announce where it answers. */
export const servingRefusals = {
  InvalidIpType: reason({
    data: { ip: holds.text },
    says: '"{ip}" is neither an IPv4 nor an IPv6 address.',
    remedy: 'Announce an address as text, such as 203.0.113.7 or 2001:db8::7; a name of a host is none.',
  }),
  InvalidIpAddress: reason({
    data: { ip: holds.text },
    says: '{ip} cannot be reached from elsewhere.',
    remedy: 'Announce the address by which other machines reach this one.',
  }),
  InvalidPort: reason({
    data: { port: holds.count },
    says: 'Port {port} cannot be reached.',
    remedy: 'Announce the port that the axon listens on, from 1 to 65535.',
  }),
  ServingRateLimitExceeded: reason({
    data: { netuid: holds.netuid, lastBlock: holds.block, nextBlock: holds.block },
    says: 'The neuron announced itself on subnet {netuid} at block {lastBlock}, and may again at block {nextBlock}.',
    remedy: 'Announce the address at block {nextBlock} or later.',
  }),
}
