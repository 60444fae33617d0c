import type { Metagraph } from '../metagraph/index.js'
import type { Hotkey, Rao } from '../units/index.js'

/**
 * Whether a miner serves a caller: it must hold a slot of the subnet, and a validator permit or at least
 * `minStakeRao` staked to it. Strangers and mere miners are turned away.
 */
export function admitsCaller(metagraph: Metagraph, caller: Hotkey, minStakeRao: Rao): boolean {
  const uid = metagraph.uidOf(caller)
  if (uid === undefined) return false
  return metagraph.columns.validatorPermit[uid] === 1 || metagraph.columns.stakeRao[uid]! >= minStakeRao
}
