import { assert } from '../errors/index.js'
import type { CallArgs } from '../ledger/index.js'
import type { ByHotkey } from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { type Hotkey, U16_MAX, type Uid } from '../units/index.js'

/** What weights become a call with. */
export interface WeightsContext {
  readonly metagraph: Metagraph
  readonly self: Hotkey
  readonly minAllowedWeights: number
  readonly versionKey: number
}

/**
 * What a validator says of the registered miners: its weights by uid, 0 for those it does not name. Hotkeys that are not registered and
 * `self` are left out.
 *
 * @param weights - finite, 0 or more.
 * @returns `undefined` when it names no miner at all.
 */
export function weightsByUid(
  weights: ByHotkey,
  { metagraph, self }: Pick<WeightsContext, 'metagraph' | 'self'>,
): Float64Array | undefined {
  const byUid = new Float64Array(metagraph.n)
  let isAboutMiners = false
  for (const [hotkey, weight] of weights) {
    const uid = hotkey === self ? undefined : metagraph.uidOf(hotkey)
    if (uid === undefined) continue
    byUid[uid] = weight
    isAboutMiners = true
  }
  return isAboutMiners ? byUid : undefined
}

/**
 * Turns weights by uid into the arguments of a call: uids ascending, largest value 65535, half rounding up. Zeros are left out unless the
 * subnet asks for more entries.
 *
 * @returns `undefined` when no weight is above 0.
 */
export function weightsCall(
  byUid: Float64Array,
  context: WeightsContext,
): CallArgs['setWeights'] | undefined {
  const largest = byUid.reduce((most, weight) => Math.max(most, weight), 0)
  if (largest === 0) return undefined
  return callOf(
    Uint16Array.from(byUid, (weight) => Math.round((weight / largest) * U16_MAX)),
    context,
  )
}

/**
 * The weights of a validator for whom no miner weighs anything: all to the subnet's owner, whose incentive the chain does not pay
 * out; on a subnet whose owner holds no slot, all to the validator itself, which counts for nothing.
 */
export function nobodyCall(context: WeightsContext): CallArgs['setWeights'] {
  const { metagraph, self } = context
  const uid = metagraph.columns.ownerUid ?? metagraph.uidOf(self)
  assert(uid !== undefined, 'weights are due for a hotkey without a slot')
  return callOf(new Uint16Array(metagraph.n).fill(U16_MAX, uid, uid + 1), context)
}

/** Entries of 0 fill up to what the subnet asks for; the validator's own comes last. */
function callOf(valueByUid: Uint16Array, context: WeightsContext): CallArgs['setWeights'] {
  const { metagraph, self, minAllowedWeights, versionKey } = context
  const named: Uid[] = []
  const zeros: Uid[] = []
  const selfUid = metagraph.uidOf(self)
  for (const [uid, value] of valueByUid.entries()) {
    if (value > 0) named.push(uid)
    else if (uid !== selfUid) zeros.push(uid)
  }
  if (selfUid !== undefined && valueByUid[selfUid] === 0) zeros.push(selfUid)
  const missing = Math.max(0, Math.min(minAllowedWeights, metagraph.n) - named.length)
  const uids = [...named, ...zeros.slice(0, missing)].sort((a, b) => a - b)
  return { netuid: metagraph.netuid, uids, values: uids.map((uid) => valueByUid[uid] ?? 0), versionKey }
}
