import type { Metagraph } from '../metagraph/index.js'
import type { Hotkey, Rao } from '../units/index.js'

/** What miners and the chain judge a validator by; nothing for a hotkey without a slot. */
export function rankOf(
  metagraph: Metagraph,
  hotkey: Hotkey,
): { readonly stakeRao: Rao; readonly hasPermit: boolean } {
  const uid = metagraph.uidOf(hotkey)
  if (uid === undefined) return { stakeRao: 0n, hasPermit: false }
  const { stakeRao, validatorPermit } = metagraph.columns
  return { stakeRao: stakeRao[uid] ?? 0n, hasPermit: validatorPermit[uid] === 1 }
}
