import type { BlockNumber, Hotkey, Netuid, Rao, Uid } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'
import { isFullRow } from '../state/fullRows.js'
import { laterBlock } from './laterBlock.js'

/** What the chain knows when a weights call arrives. */
export interface SetWeightsFacts {
  readonly netuid: Netuid
  /** Of the signer. */
  readonly hotkey: Hotkey
  readonly block: BlockNumber
  readonly isRoot: boolean
  readonly mechanism: number
  readonly subnetExists: boolean
  /** Whether there is the subnet, with this mechanism. */
  readonly mechanismExists: boolean
  readonly commitRevealEnabled: boolean
  readonly n: number
  /** Uid of the signer, `null` when it has none. */
  readonly uid: Uid | null
  readonly isOwnerUid: boolean
  /** How much too little its stake weight is; `null` where it reaches the threshold. The owner's uid is exempt all the same. */
  readonly shortStake: { readonly stakeRao: Rao; readonly leastRao: Rao } | null
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

/** Names of the rules that a row of weights can break, in the order in which they are checked. */
export const WEIGHTS_REFUSALS = [
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

/** The same of a row that is not hidden first. */
export const OPEN_WEIGHTS_REFUSALS = ['CommitRevealEnabled', ...WEIGHTS_REFUSALS] as const

export type OpenWeightsRefusal = RefusalOf<(typeof OPEN_WEIGHTS_REFUSALS)[number]>

/** When a neuron spoke last and when it may speak again, if it has to wait; a last update of 0 means it never did. */
export function tooFast(
  facts: Pick<SetWeightsFacts, 'block' | 'lastUpdate' | 'weightsSetRateLimitBlocks'>,
): { readonly because: 'tooSoon'; readonly lastBlock: BlockNumber; readonly nextBlock: BlockNumber } | null {
  const { block, lastUpdate: lastBlock, weightsSetRateLimitBlocks } = facts
  const nextBlock = laterBlock(lastBlock, weightsSetRateLimitBlocks)
  return lastBlock !== 0 && block < nextBlock ? { because: 'tooSoon', lastBlock, nextBlock } : null
}

/** Why there is no such mechanism. */
export function refuseMechanism({
  netuid,
  mechanism,
  subnetExists,
}: Pick<SetWeightsFacts, 'netuid' | 'mechanism' | 'subnetExists'>): RefusalOf<'MechanismDoesNotExist'> {
  return subnetExists
    ? refuse('MechanismDoesNotExist', { because: 'noMechanism', netuid, mechanism })
    : refuse('MechanismDoesNotExist', { because: 'noSubnet', netuid })
}

/** Whether the hotkey has less than the stake threshold, and needs it. */
export function whyTooLittleStake(
  facts: Pick<SetWeightsFacts, 'netuid' | 'shortStake' | 'isOwnerUid'>,
): RefusalOf<'NotEnoughStakeToSetWeights'> | null {
  const { netuid, shortStake, isOwnerUid } = facts
  return shortStake === null || isOwnerUid
    ? null
    : refuse('NotEnoughStakeToSetWeights', { netuid, ...shortStake })
}

/**
 * The first rule that a call breaks which sets weights in the open, in the reference chain's order; `null` when it is good.
 *
 * PERF: O(number of weights).
 * @source spec: `spec/chain.md` 8.1
 */
export function checkSetWeights(facts: SetWeightsFacts, call: SetWeightsCall): OpenWeightsRefusal | null {
  return facts.commitRevealEnabled
    ? refuse('CommitRevealEnabled', { netuid: facts.netuid })
    : checkWeights(facts, call)
}

/**
 * The same of a row that is revealed: while weights are hidden first, nobody asks how long ago the last ones came.
 *
 * PERF: O(number of weights).
 * @source spec: `spec/chain.md` 8.1
 */
export function checkWeights(facts: SetWeightsFacts, call: SetWeightsCall): WeightsRefusal | null {
  const { netuid, uid, n } = facts
  const { uids, values, versionKey } = call
  if (facts.isRoot) return refuse('CanNotSetRootNetworkWeights', { netuid })
  if (uids.length !== values.length) {
    return refuse('WeightVecNotEqualSize', { uids: uids.length, values: values.length })
  }
  if (!facts.mechanismExists) return refuseMechanism(facts)
  if (uids.length > n) return refuse('UidsLengthExceedUidsInSubNet', { uids: uids.length, neurons: n })
  if (uid === null) return refuse('HotKeyNotRegisteredInSubNet', { netuid, hotkey: facts.hotkey })
  const poor = whyTooLittleStake(facts)
  if (poor !== null) return poor
  const { weightsVersionKey: leastVersionKey } = facts
  if (leastVersionKey !== 0 && versionKey < leastVersionKey) {
    return refuse('IncorrectWeightVersionKey', { versionKey, leastVersionKey })
  }
  const wait = facts.commitRevealEnabled ? null : tooFast(facts)
  if (wait !== null) return refuse('SettingWeightsTooFast', wait)
  const isSelfWeight = uids.length === 1 && uids[0] === uid
  if (!facts.hasPermit && !facts.isOwnerUid && !isSelfWeight)
    return refuse('NeuronNoValidatorPermit', { uid })
  // PERF: what names all neurons in order, as most do, names none twice.
  const twice = isFullRow(uids) ? undefined : firstTwice(uids)
  if (twice !== undefined) return refuse('DuplicateUids', { uid: twice })
  const unknown = firstUnknown(uids, n)
  if (unknown !== undefined) return refuse('UidVecContainInvalidOne', { uid: unknown, neurons: n })
  const least = Math.min(facts.minAllowedWeights, n)
  return uids.length < least && !isSelfWeight
    ? refuse('WeightVecLengthIsLow', { uids: uids.length, least })
    : null
}

/** PERF: a byte per uid that there may be, since sets of small numbers are slow, and loops, since a function called for each is. */
function firstTwice(uids: Uint16Array): Uid | undefined {
  let most = 0
  for (let at = 0; at < uids.length; at++) most = Math.max(most, uids[at] as number)
  const seen = new Uint8Array(most + 1)
  for (let at = 0; at < uids.length; at++) {
    const uid = uids[at] as number
    if (seen[uid] === 1) return uid
    seen[uid] = 1
  }
  return undefined
}

function firstUnknown(uids: Uint16Array, n: number): Uid | undefined {
  for (let at = 0; at < uids.length; at++) if ((uids[at] as number) >= n) return uids[at]
  return undefined
}
