import { holds } from '../events.js'
import { reason } from './reason.js'

/** Why nothing is said about a coldkey or a subnet. */
export const identityRefusals = {
  NotSubnetOwner: reason({
    data: { netuid: holds.netuid, signer: holds.coldkey },
    says: '{signer} does not own subnet {netuid}, and only its owner says what it is for.',
    remedy: 'Sign with the coldkey that owns the subnet: the query subnet names it.',
  }),
  InvalidIdentity: reason({
    data: { field: holds.text, byteLength: holds.count, mostBytes: holds.count },
    says: 'The text {field} has {byteLength} bytes, and at most {mostBytes} are kept.',
    remedy: 'Shorten {field} to {mostBytes} bytes of UTF-8.',
  }),
}
