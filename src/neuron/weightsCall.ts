import { assert } from '../errors/index.js'
import type { CallArgs } from '../ledger/index.js'
import { type ByHotkey, weightsToU16 } from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { type Hotkey, U16_MAX } from '../units/index.js'

/** What weights become a call with. */
export interface WeightsInput {
  readonly weights: ByHotkey
  readonly metagraph: Metagraph
  readonly self: Hotkey
  readonly minAllowedWeights: number
  readonly versionKey: number
}

/**
 * Turns weights by hotkey into the arguments of a call: uids as registered now, ascending, largest value 65535.
 * Hotkeys that are not registered and `self` are left out, and zeros too unless the subnet asks for more entries.
 *
 * @returns `undefined` when no weight above 0 is left.
 * @throws InvalidArgumentError for a weight that is negative or not finite.
 */
export function weightsCall(options: WeightsInput): CallArgs['setWeights'] | undefined {
  const { metagraph, self } = options
  const known = new Map<Hotkey, number>()
  for (const [hotkey, weight] of options.weights) {
    if (hotkey !== self && metagraph.uidOf(hotkey) !== undefined) known.set(hotkey, weight)
  }
  const valueByUid = new Map<number, number>()
  for (const [hotkey, value] of weightsToU16(known)) {
    const uid = metagraph.uidOf(hotkey)
    if (uid !== undefined && value > 0) valueByUid.set(uid, value)
  }
  if (valueByUid.size === 0) return undefined
  return callOf(valueByUid, options)
}

/**
 * The weights of a validator for whom no miner weighs anything: all to the subnet's owner, whose incentive the chain does not pay
 * out; on a subnet whose owner holds no slot, all to the validator itself, which counts for nothing.
 */
export function nobodyCall(options: Omit<WeightsInput, 'weights'>): CallArgs['setWeights'] {
  const { metagraph, self } = options
  const uid = metagraph.columns.ownerUid ?? metagraph.uidOf(self)
  assert(uid !== undefined, 'weights are due for a hotkey without a slot')
  return callOf(new Map([[uid, U16_MAX]]), options)
}

/** Entries of 0 fill up to what the subnet asks for; the validator's own comes last. */
function callOf(
  valueByUid: Map<number, number>,
  options: Omit<WeightsInput, 'weights'>,
): CallArgs['setWeights'] {
  const { metagraph, self } = options
  const selfUid = metagraph.uidOf(self)
  const needed = Math.min(options.minAllowedWeights, metagraph.n)
  for (let uid = 0; uid < metagraph.n && valueByUid.size < needed; uid++) {
    if (uid !== selfUid && !valueByUid.has(uid)) valueByUid.set(uid, 0)
  }
  if (valueByUid.size < needed && selfUid !== undefined) valueByUid.set(selfUid, valueByUid.get(selfUid) ?? 0)
  const entries = [...valueByUid].sort(([a], [b]) => a - b)
  return {
    netuid: metagraph.netuid,
    uids: entries.map(([uid]) => uid),
    values: entries.map(([, value]) => value),
    versionKey: options.versionKey,
  }
}
