import type { BlockNumber, Hotkey, Netuid, Rao, Uid } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'

/** What the chain knows when a weights call arrives. */
export interface SetWeightsFacts {
  readonly netuid: Netuid
  /** Of the signer. */
  readonly hotkey: Hotkey
  readonly block: BlockNumber
  readonly isRoot: boolean
  readonly subnetExists: boolean
  readonly commitRevealEnabled: boolean
  readonly n: number
  /** Uid of the signer, `null` when it has none. */
  readonly uid: Uid | null
  readonly isOwnerUid: boolean
  /** Stake weight reaches the threshold. The owner's uid is exempt all the same. */
  readonly hasEnoughStake: boolean
  readonly stakeThresholdRao: Rao
  readonly hasPermit: boolean
  readonly lastUpdate: BlockNumber
  readonly weightsVersionKey: number
  readonly weightsSetRateLimitBlocks: number
  readonly minAllowedWeights: number
}

export interface SetWeightsCall {
  readonly uids: Uint16Array
  readonly values: Uint16Array
  readonly versionKey: number
}

/** Names of the rules that a weights call can break, in the order in which they are checked. */
export const WEIGHTS_REFUSALS = [
  'CommitRevealEnabled',
  'CanNotSetRootNetworkWeights',
  'WeightVecNotEqualSize',
  'MechanismDoesNotExist',
  'UidsLengthExceedUidsInSubNet',
  'HotKeyNotRegisteredInSubNet',
  'NotEnoughStakeToSetWeights',
  'IncorrectWeightVersionKey',
  'SettingWeightsTooFast',
  'NeuronNoValidatorPermit',
  'DuplicateUids',
  'UidVecContainInvalidOne',
  'WeightVecLengthIsLow',
] as const

export type WeightsRefusal = RefusalOf<(typeof WEIGHTS_REFUSALS)[number]>

/** Whether the neuron has to wait; a last update of 0 means it never did. */
export function whyTooFast(
  facts: Pick<SetWeightsFacts, 'block' | 'lastUpdate' | 'weightsSetRateLimitBlocks'>,
): RefusalOf<'SettingWeightsTooFast'> | null {
  const { block, lastUpdate: lastBlock, weightsSetRateLimitBlocks } = facts
  const nextBlock = lastBlock + weightsSetRateLimitBlocks
  return lastBlock !== 0 && block < nextBlock
    ? refuse('SettingWeightsTooFast', { lastBlock, nextBlock })
    : null
}

/** Whether the hotkey has less than the stake threshold, and needs it. */
export function whyTooLittleStake(
  facts: Pick<SetWeightsFacts, 'netuid' | 'hasEnoughStake' | 'isOwnerUid' | 'stakeThresholdRao'>,
): RefusalOf<'NotEnoughStakeToSetWeights'> | null {
  const { netuid, hasEnoughStake, isOwnerUid, stakeThresholdRao } = facts
  return hasEnoughStake || isOwnerUid
    ? null
    : refuse('NotEnoughStakeToSetWeights', { netuid, leastRao: stakeThresholdRao })
}

/**
 * The first rule that a weights call breaks, in the reference chain's order; `null` when it is good.
 *
 * PERF: O(number of weights).
 * @source subtensor `pallets/subtensor/src/subnets/weights.rs`, `internal_set_weights`
 */
export function checkSetWeights(facts: SetWeightsFacts, call: SetWeightsCall): WeightsRefusal | null {
  const { netuid, uid, n } = facts
  const { uids, values, versionKey } = call
  if (facts.commitRevealEnabled) return refuse('CommitRevealEnabled', { netuid })
  if (facts.isRoot) return refuse('CanNotSetRootNetworkWeights', { netuid })
  if (uids.length !== values.length) {
    return refuse('WeightVecNotEqualSize', { uids: uids.length, values: values.length })
  }
  if (!facts.subnetExists) return refuse('MechanismDoesNotExist', { netuid })
  if (uids.length > n) return refuse('UidsLengthExceedUidsInSubNet', { uids: uids.length, neurons: n })
  if (uid === null) return refuse('HotKeyNotRegisteredInSubNet', { netuid, hotkey: facts.hotkey })
  const poor = whyTooLittleStake(facts)
  if (poor !== null) return poor
  const { weightsVersionKey: leastVersionKey } = facts
  if (leastVersionKey !== 0 && versionKey < leastVersionKey) {
    return refuse('IncorrectWeightVersionKey', { versionKey, leastVersionKey })
  }
  const tooFast = whyTooFast(facts)
  if (tooFast !== null) return tooFast
  const isSelfWeight = uids.length === 1 && uids[0] === uid
  if (!facts.hasPermit && !facts.isOwnerUid && !isSelfWeight)
    return refuse('NeuronNoValidatorPermit', { uid })
  const twice = firstTwice(uids)
  if (twice !== undefined) return refuse('DuplicateUids', { uid: twice })
  const unknown = uids.find((target) => target >= n)
  if (unknown !== undefined) return refuse('UidVecContainInvalidOne', { uid: unknown, neurons: n })
  const least = Math.min(facts.minAllowedWeights, n)
  return uids.length < least && !isSelfWeight
    ? refuse('WeightVecLengthIsLow', { uids: uids.length, least })
    : null
}

/** PERF: a byte per uid that there may be, since sets of small numbers are slow. */
function firstTwice(uids: Uint16Array): Uid | undefined {
  const seen = new Uint8Array(uids.reduce((most, uid) => Math.max(most, uid), 0) + 1)
  for (const uid of uids) {
    if (seen[uid] === 1) return uid
    seen[uid] = 1
  }
  return undefined
}
