import type { BlockNumber, Uid } from '../../units/index.js'

/** What the chain knows when a weights call arrives. */
export interface SetWeightsFacts {
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

export type WeightsRefusal = (typeof WEIGHTS_REFUSALS)[number]

/** Whether the neuron has to wait; a last update of 0 means it never did. */
export function isSettingTooFast(
  facts: Pick<SetWeightsFacts, 'block' | 'lastUpdate' | 'weightsSetRateLimitBlocks'>,
): boolean {
  return facts.lastUpdate !== 0 && facts.block - facts.lastUpdate < facts.weightsSetRateLimitBlocks
}

/**
 * Name of the first rule that a weights call breaks, in the reference chain's order; `null` when it is good.
 *
 * PERF: O(number of weights).
 * @source subtensor `pallets/subtensor/src/subnets/weights.rs`, `internal_set_weights`
 */
export function checkSetWeights(facts: SetWeightsFacts, call: SetWeightsCall): WeightsRefusal | null {
  const { uid, n } = facts
  const { uids, values, versionKey } = call
  if (facts.commitRevealEnabled) return 'CommitRevealEnabled'
  if (facts.isRoot) return 'CanNotSetRootNetworkWeights'
  if (uids.length !== values.length) return 'WeightVecNotEqualSize'
  if (!facts.subnetExists) return 'MechanismDoesNotExist'
  if (uids.length > n) return 'UidsLengthExceedUidsInSubNet'
  if (uid === null) return 'HotKeyNotRegisteredInSubNet'
  if (!facts.hasEnoughStake && !facts.isOwnerUid) return 'NotEnoughStakeToSetWeights'
  if (facts.weightsVersionKey !== 0 && versionKey < facts.weightsVersionKey) {
    return 'IncorrectWeightVersionKey'
  }
  if (isSettingTooFast(facts)) return 'SettingWeightsTooFast'
  const isSelfWeight = uids.length === 1 && uids[0] === uid
  if (!facts.hasPermit && !facts.isOwnerUid && !isSelfWeight) return 'NeuronNoValidatorPermit'
  if (hasTwice(uids)) return 'DuplicateUids'
  if (uids.some((target) => target >= n)) return 'UidVecContainInvalidOne'
  if (uids.length < Math.min(facts.minAllowedWeights, n) && !isSelfWeight) return 'WeightVecLengthIsLow'
  return null
}

/** PERF: a byte per uid that there may be, since sets of small numbers are slow. */
function hasTwice(uids: Uint16Array): boolean {
  const seen = new Uint8Array(uids.reduce((most, uid) => Math.max(most, uid), 0) + 1)
  for (const uid of uids) {
    if (seen[uid] === 1) return true
    seen[uid] = 1
  }
  return false
}
