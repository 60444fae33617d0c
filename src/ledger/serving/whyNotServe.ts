import { asHotkey, type BlockNumber, type Netuid, type Uid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AnnouncedIp } from '../calls/servingFields.js'
import { type RefusalOf, refuse } from '../refusals/refuse.js'
import { isAnnounceable, isLoopback } from '../rules/ipAddress.js'
import { laterBlock } from '../rules/laterBlock.js'
import type { AccountId } from '../state/account.js'

type ServingRefusal = RefusalOf<
  | 'HotKeyNotRegisteredInNetwork'
  | 'InvalidIpType'
  | 'InvalidIpAddress'
  | 'ServingRateLimitExceeded'
  | 'InvalidPort'
>

/** What a neuron announces, and when it did last. */
export interface Announcement {
  readonly netuid: Netuid
  readonly ip: AnnouncedIp
  readonly port: number
  /** `undefined` before the first. */
  readonly lastBlock: BlockNumber | undefined
}

/** The uid of the account on a subnet; `undefined` without one, and where there is no such subnet. */
export function servingUid({ state }: BlockContext, netuid: Netuid, hotkey: AccountId): Uid | undefined {
  return state.findSubnet(netuid) === undefined ? undefined : state.uidOf(netuid, hotkey)
}

export function notServing({ state }: BlockContext, netuid: Netuid, signer: AccountId): ServingRefusal {
  return refuse('HotKeyNotRegisteredInNetwork', {
    because: 'signer',
    netuid,
    hotkey: asHotkey(state.addressOf(signer)),
  })
}

/**
 * Why nobody can be reached at an address.
 *
 * @param zeroIsFine - of an axon, which says by it that it serves nothing.
 * @source spec: `spec/chain.md` 9.1
 */
export function whyNotIp(
  { config }: BlockContext,
  ip: AnnouncedIp,
  zeroIsFine: boolean,
): ServingRefusal | null {
  const { ipType, value, text } = ip
  if (ipType !== 4 && ipType !== 6) return refuse('InvalidIpType', { ip: text })
  const address = { type: ipType, value } as const
  const isFine = isAnnounceable(address) || (config.loopbackAxonsAllowed && isLoopback(address))
  return isFine && (zeroIsFine || value !== 0n) ? null : refuse('InvalidIpAddress', { ip: text })
}

/** Why a neuron does not announce itself now, or not at this port. */
export function whyNotNow(
  { state, block }: BlockContext,
  { netuid, port, lastBlock }: Announcement,
): ServingRefusal | null {
  const limit = state.hyperparameters(netuid).servingRateLimitBlocks
  if (lastBlock !== undefined && block - lastBlock < limit) {
    return refuse('ServingRateLimitExceeded', { netuid, lastBlock, nextBlock: laterBlock(lastBlock, limit) })
  }
  return port === 0 ? refuse('InvalidPort', { port }) : null
}
