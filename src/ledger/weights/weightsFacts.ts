import { asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { type ShortStake, shortOfStake } from '../children/stakeWeight.js'
import { lastUpdateOf } from '../neurons/columns.js'
import type { SetWeightsFacts } from '../rules/checkSetWeights.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs } from '../state/tables.js'

/** Whether there is a subnet, and it has a mechanism of this number. */
export function hasMechanism(state: LedgerState, netuid: Netuid, mechanism: number): boolean {
  return state.findSubnet(netuid) !== undefined && mechanism < state.hyperparameters(netuid).mechanismCount
}

/** How much too little stake a hotkey has to say something of weights; `null` where it has enough, or is the owner's with a uid, which needs none. */
export function shortStakeFor(
  { state, config }: BlockContext,
  netuid: Netuid,
  hotkey: AccountId,
): ShortStake | null {
  return isOwnersUid(state, netuid, hotkey) ? null : shortOfStake(state, config, netuid, hotkey)
}

function isOwnersUid(state: LedgerState, netuid: Netuid, hotkey: AccountId): boolean {
  const subnet = state.findSubnet(netuid)
  return subnet?.ownerHotkey === hotkey && state.uidOf(netuid, hotkey) !== undefined
}

/** What the chain knows when somebody says something of weights under a mechanism. PERF: a few look-ups, besides those of the stake. */
export function weightsFacts(
  context: BlockContext,
  netuid: Netuid,
  mechanism: number,
  signer: AccountId,
  shortStake: ShortStake | null = shortStakeFor(context, netuid, signer),
): SetWeightsFacts {
  const { state, config, block } = context
  const subnet = state.findSubnet(netuid)
  const uid = subnet === undefined ? undefined : state.uidOf(netuid, signer)
  const hyperparameters = subnet === undefined ? config.hyperparameters : state.hyperparameters(netuid)
  return {
    commitRevealEnabled: hyperparameters.commitRevealEnabled,
    weightsVersionKey: hyperparameters.weightsVersionKey,
    weightsSetRateLimitBlocks: hyperparameters.weightsSetRateLimitBlocks,
    minAllowedWeights: hyperparameters.minAllowedWeights,
    block,
    netuid,
    mechanism,
    hotkey: asHotkey(state.addressOf(signer)),
    isRoot: netuid === 0,
    subnetExists: subnet !== undefined,
    mechanismExists: hasMechanism(state, netuid, mechanism),
    n: state.n(netuid),
    uid: uid ?? null,
    isOwnerUid: isOwnersUid(state, netuid, signer),
    shortStake,
    hasPermit: uid !== undefined && state.get(epochs, netuid)?.validatorPermit[uid] === 1,
    lastUpdate: uid === undefined ? 0 : lastUpdateOf(state, netuid, mechanism, uid),
  }
}
