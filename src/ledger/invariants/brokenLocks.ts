import type { Alpha, Netuid } from '../../units/index.js'
import { hotkeySums, ownerSums } from '../money/lockSums.js'
import { isPerpetualFor } from '../money/locks.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { locks } from '../state/tables.js'

/**
 * Sums of perpetual locks hold at least the alpha of each of theirs: mass of these does not move with time. Of decaying ones nothing of the kind is
 * so: a sum and its locks are rolled at blocks of their own, and each roll floors. PERF: every lock.
 */
export function brokenLocks(state: LedgerState): string[] {
  const masses = new Map<string, { netuid: Netuid; hotkey: AccountId; massAlpha: Alpha }>()
  for (const [[netuid, coldkey], { hotkey, massAlpha }] of state.range(locks)) {
    if (!isPerpetualFor(state, netuid, coldkey)) continue
    const place = `${netuid} ${hotkey}`
    const before = masses.get(place)?.massAlpha ?? 0n
    masses.set(place, { netuid, hotkey, massAlpha: before + massAlpha })
  }
  return [...masses.values()].flatMap(({ netuid, hotkey, massAlpha }) => {
    const isOwners = state.findSubnet(netuid)?.ownerHotkey === hotkey
    const { perpetual } = isOwners ? ownerSums(state, netuid) : hotkeySums(state, netuid, hotkey)
    const sumAlpha = perpetual?.massAlpha ?? 0n
    return sumAlpha >= massAlpha
      ? []
      : [`perpetual locks to ${hotkey} on subnet ${netuid} are ${massAlpha} alpha, their sum ${sumAlpha}`]
  })
}
