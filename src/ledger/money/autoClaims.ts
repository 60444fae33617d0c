import { bytesOfHex } from '../../crypto/index.js'
import { drawnFrom, type IndexedList, placeToAdd, removalFrom } from '../rules/autoClaimIndex.js'
import type { AccountId } from '../state/account.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { autoClaimPlaces, autoClaims, sharesByColdkey } from '../state/tables.js'
import { positionValue } from './stake.js'

/*
 * The list of coldkeys whose root dividends are claimed by themselves.
 */

/** Puts a coldkey at the end of the list, unless it is there. */
export function joinAutoClaims(state: LedgerState, coldkey: AccountId): void {
  const place = placeToAdd(listOf(state), coldkey)
  if (place === null) return
  state.set(autoClaims, [place], coldkey)
  state.setChain({ autoClaims: place + 1 })
}

/** Takes a coldkey without stake on root from the list: the last one takes its place. */
export function leaveAutoClaims(state: LedgerState, coldkey: AccountId): void {
  if (hasRootStake(state, coldkey)) return
  const removal = removalFrom(listOf(state), coldkey)
  if (removal === null) return
  const { freedPlace, moved, lastPlace } = removal
  state.delete(autoClaims, lastPlace)
  if (moved !== null) state.set(autoClaims, [freedPlace], moved)
  state.setChain({ autoClaims: lastPlace })
}

/** Whether a coldkey's root dividends are claimed by themselves. */
export function isInAutoClaims(state: LedgerState, coldkey: AccountId): boolean {
  return state.hasAny(autoClaimPlaces, coldkey)
}

/**
 * The coldkeys that a block draws, in the order of the list.
 *
 * @param hash - hex, 32 bytes.
 */
export function drawnColdkeys(state: LedgerState, hash: string, count: number): AccountId[] {
  const list = listOf(state)
  return list.length === 0 ? [] : drawnFrom(list, bytesOfHex(hash), count)
}

function listOf(state: LedgerState): IndexedList<AccountId> {
  return {
    length: state.chain.autoClaims,
    at: (place) => state.get(autoClaims, place),
    placeOf(coldkey) {
      return state.keysFrom(autoClaimPlaces, [coldkey], undefined, 1)[0]?.[1]
    },
  }
}

function hasRootStake(state: LedgerState, coldkey: AccountId): boolean {
  for (const [[, , hotkey]] of state.rangeFrom(sharesByColdkey, [coldkey, ROOT])) {
    if (positionValue(state, { netuid: ROOT, hotkey, coldkey }) > 0n) return true
  }
  return false
}
