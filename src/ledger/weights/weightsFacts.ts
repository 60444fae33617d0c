import { asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { stakeWeightRao } from '../children/stakeWeight.js'
import { lastUpdateOf } from '../neurons/columns.js'
import type { SetWeightsFacts } from '../rules/checkSetWeights.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs } from '../state/tables.js'

/** Whether there is a subnet, and it has a mechanism of this number. */
export function hasMechanism(state: LedgerState, netuid: Netuid, mechanism: number): boolean {
  return state.findSubnet(netuid) !== undefined && mechanism < state.hyperparameters(netuid).mechanismCount
}

/** Whether the stake of a hotkey lets it say something of weights. PERF: two look-ups per parent where stake is asked for. */
export function hasEnoughStakeFor(
  { state, config }: BlockContext,
  netuid: Netuid,
  hotkey: AccountId,
): boolean {
  const { stakeThresholdRao } = config
  return stakeThresholdRao === 0n || stakeWeightRao(state, config, netuid, hotkey) >= stakeThresholdRao
}

/** What the chain knows when somebody says something of weights under a mechanism. PERF: a few look-ups, besides those of the stake. */
export function weightsFacts(
  context: BlockContext,
  netuid: Netuid,
  mechanism: number,
  signer: AccountId,
  hasEnoughStake: boolean = hasEnoughStakeFor(context, netuid, signer),
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
    stakeThresholdRao: config.stakeThresholdRao,
    mechanismExists: hasMechanism(state, netuid, mechanism),
    n: state.n(netuid),
    uid: uid ?? null,
    isOwnerUid: uid !== undefined && subnet?.ownerHotkey === signer,
    hasEnoughStake,
    hasPermit: uid !== undefined && state.get(epochs, netuid)?.validatorPermit[uid] === 1,
    lastUpdate: uid === undefined ? 0 : lastUpdateOf(state, netuid, mechanism, uid),
  }
}
