import type { Alpha, Netuid } from '../../units/index.js'
import { hotkeySums, ownerSums } from '../money/lockSums.js'
import { isPerpetualFor } from '../money/locks.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { locks } from '../state/tables.js'

/** A sum of perpetual locks that is below what they hold. */
export interface ShortLockSum {
  readonly netuid: Netuid
  readonly hotkey: AccountId
  readonly sumAlpha: Alpha
  /** What the locks hold as they were stored last. */
  readonly locksAlpha: Alpha
}

/**
 * Sums of perpetual locks hold the alpha of each of theirs: mass of these does not move with time. Of decaying ones nothing of the kind is
 * so: a sum and its locks are rolled at blocks of their own, and each roll floors. These are the exceptions. PERF: every lock.
 */
export function shortLockSums(state: LedgerState): ShortLockSum[] {
  const masses = new Map<string, { netuid: Netuid; hotkey: AccountId; locksAlpha: Alpha }>()
  for (const [[netuid, coldkey], { hotkey, massAlpha }] of state.range(locks)) {
    if (!isPerpetualFor(state, netuid, coldkey)) continue
    const place = `${netuid} ${hotkey}`
    const before = masses.get(place)?.locksAlpha ?? 0n
    masses.set(place, { netuid, hotkey, locksAlpha: before + massAlpha })
  }
  return [...masses.values()].flatMap((held) => {
    const { netuid, hotkey, locksAlpha } = held
    const isOwners = state.findSubnet(netuid)?.ownerHotkey === hotkey
    const { perpetual } = isOwners ? ownerSums(state, netuid) : hotkeySums(state, netuid, hotkey)
    const sumAlpha = perpetual?.massAlpha ?? 0n
    return sumAlpha >= locksAlpha ? [] : [{ ...held, sumAlpha }]
  })
}
