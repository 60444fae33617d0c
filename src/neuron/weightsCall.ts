import type { CallArgs } from '../ledger/index.js'
import { type ByHotkey, weightsToU16 } from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Hotkey } from '../units/index.js'

/**
 * Turns weights by hotkey into the arguments of a call: uids as registered now, ascending, largest value 65535.
 * Hotkeys that are not registered and `self` are left out, and zeros too unless the subnet asks for more entries.
 *
 * @returns `undefined` when no weight above 0 is left.
 * @throws InvalidArgumentError for a weight that is negative or not finite.
 */
export function weightsCall(options: {
  weights: ByHotkey
  metagraph: Metagraph
  self: Hotkey
  minAllowedWeights: number
  versionKey: number
}): CallArgs['setWeights'] | undefined {
  const { metagraph, self } = options
  const known = new Map<Hotkey, number>()
  for (const [hotkey, weight] of options.weights) {
    if (hotkey !== self && metagraph.uidOf(hotkey) !== undefined) known.set(hotkey, weight)
  }
  const valueByUid = new Map<number, number>()
  for (const [hotkey, value] of weightsToU16(known)) {
    if (value > 0) valueByUid.set(metagraph.uidOf(hotkey)!, value)
  }
  if (valueByUid.size === 0) return undefined
  const selfUid = metagraph.uidOf(self)
  const needed = Math.min(options.minAllowedWeights, metagraph.n)
  for (let uid = 0; uid < metagraph.n && valueByUid.size < needed; uid++) {
    if (uid !== selfUid && !valueByUid.has(uid)) valueByUid.set(uid, 0)
  }
  const entries = [...valueByUid].sort(([a], [b]) => a - b)
  return {
    netuid: metagraph.netuid,
    uids: entries.map(([uid]) => uid),
    values: entries.map(([, value]) => value),
    versionKey: options.versionKey,
  }
}
