import type { Metagraph } from '../metagraph/index.js'
import type { Alpha, Hotkey } from '../units/index.js'

/** What miners and the chain judge a validator by; nothing for a hotkey without a slot. */
export function rankOf(
  metagraph: Metagraph,
  hotkey: Hotkey,
): { readonly stakeAlpha: Alpha; readonly hasPermit: boolean } {
  const uid = metagraph.uidOf(hotkey)
  if (uid === undefined) return { stakeAlpha: 0n, hasPermit: false }
  const { stakeAlpha, validatorPermit } = metagraph.columns
  return { stakeAlpha: stakeAlpha[uid] ?? 0n, hasPermit: validatorPermit[uid] === 1 }
}
