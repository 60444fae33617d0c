import { rootClaimIncreaseBits } from '../../emission/index.js'
import type { Alpha, Netuid, Rao } from '../../units/index.js'
import { claimedAfterStake, claimedAfterUnstake, type RootClaimFacts } from '../rules/rootClaim.js'
import type { AccountId } from '../state/account.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { rootClaimed, rootClaimRates, rootClaimRatesByNetuid } from '../state/tables.js'
import { hotkeyAlpha, type Position, positionValue } from './stake.js'

/**
 * Notes a dividend for those who stake on root, to be claimed. `false`, and nothing happens, where there is less stake than dividend: it is
 * the owner's then. A dividend of 0 is one, too: from then on the hotkey has a rate on the subnet.
 *
 * @source spec: `spec/chain.md` 10.6
 */
export function payRootDividend(
  state: LedgerState,
  netuid: Netuid,
  hotkey: AccountId,
  alpha: Alpha,
): boolean {
  const increaseBits = rootClaimIncreaseBits(alpha, hotkeyAlpha(state, ROOT, hotkey))
  if (increaseBits === null) return false
  const before = state.get(rootClaimRates, hotkey, netuid)
  if (increaseBits > 0n || before === undefined) {
    state.set(rootClaimRates, [hotkey, netuid], (before ?? 0n) + increaseBits)
  }
  return true
}

/** Of dividends until now, stake that comes to root has no part: it counts as had. PERF: one step per subnet whose root dividends the hotkey earned. */
export function rootStakeRose(
  state: LedgerState,
  hotkey: AccountId,
  coldkey: AccountId,
  raisedRao: Rao,
): void {
  for (const [[, netuid], rateBits] of state.range(rootClaimRates, hotkey)) {
    const position = { netuid, hotkey, coldkey }
    setClaimed(state, position, claimedAfterStake(rootClaimedAlpha(state, position), rateBits, raisedRao))
  }
}

/** Stake that leaves root takes with it what it counted as had. */
export function rootStakeFell(
  state: LedgerState,
  hotkey: AccountId,
  coldkey: AccountId,
  loweredRao: Rao,
): void {
  for (const [[, netuid], rateBits] of state.range(rootClaimRates, hotkey)) {
    const position = { netuid, hotkey, coldkey }
    setClaimed(state, position, claimedAfterUnstake(rootClaimedAlpha(state, position), rateBits, loweredRao))
  }
}

/** What a coldkey may claim of a hotkey's root dividends on a subnet depends on. */
export function rootClaimFacts(state: LedgerState, { netuid, hotkey, coldkey }: Position): RootClaimFacts {
  return {
    rateBits: state.get(rootClaimRates, hotkey, netuid) ?? 0n,
    rootStakeRao: positionValue(state, { netuid: ROOT, hotkey, coldkey }),
    claimedAlpha: rootClaimedAlpha(state, { netuid, hotkey, coldkey }),
  }
}

/** Counts alpha as claimed. */
export function addRootClaimed(state: LedgerState, position: Position, alpha: Alpha): void {
  setClaimed(state, position, rootClaimedAlpha(state, position) + alpha)
}

/**
 * Forgets all root dividends of a subnet that is dissolved: what nobody claimed is lost.
 *
 * @source spec: `spec/chain.md` 6.4
 * PERF: every hotkey that earned one, and every coldkey that claimed one.
 */
export function eraseRootDividends(state: LedgerState, netuid: Netuid): void {
  for (const [[, hotkey]] of state.range(rootClaimRatesByNetuid, netuid)) {
    state.delete(rootClaimRates, hotkey, netuid)
  }
  for (const [key] of state.range(rootClaimed, netuid)) state.delete(rootClaimed, ...key)
}

/** Alpha of a position's root dividends that is not owed: claimed, or earned before the stake came. */
export function rootClaimedAlpha(state: LedgerState, { netuid, hotkey, coldkey }: Position): Alpha {
  return state.get(rootClaimed, netuid, hotkey, coldkey) ?? 0n
}

function setClaimed(state: LedgerState, { netuid, hotkey, coldkey }: Position, alpha: Alpha): void {
  if (alpha === 0n) state.delete(rootClaimed, netuid, hotkey, coldkey)
  else state.set(rootClaimed, [netuid, hotkey, coldkey], alpha)
}
