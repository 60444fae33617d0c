import { assert } from '../../errors/index.js'
import type { Alpha } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { ROOT } from '../state/account.js'
import { joinAutoClaims, leaveAutoClaims } from './autoClaims.js'
import { rootStakeFell, rootStakeRose } from './rootClaims.js'
import { creditStake, debitStake, type Position } from './stake.js'
import { rememberHotkey } from './stakingHotkeys.js'

/*
 * Stake that a coldkey moves itself, with all that follows from it: which hotkeys it is known to stake to, and on root what it has no part in of
 * dividends until now. Its lock follows purchases and sales, not what is burned (`stakeTrades.ts`). What an epoch pays goes through `stake.ts`.
 */

/** Adds stake that was bought. */
export function addToPosition({ state }: BlockContext, position: Position, amountAlpha: Alpha): void {
  const { netuid, hotkey, coldkey } = position
  creditStake(state, position, amountAlpha)
  rememberHotkey(state, coldkey, hotkey)
  if (netuid !== ROOT) return
  rootStakeRose(state, hotkey, coldkey, amountAlpha)
  joinAutoClaims(state, coldkey)
}

/** Takes stake out that is sold; the position is worth at least as much. */
export function takeFromPosition({ state }: BlockContext, position: Position, amountAlpha: Alpha): void {
  const { netuid, hotkey, coldkey } = position
  assert(debitStake(state, position, amountAlpha), 'a position is worth less than what is taken')
  if (netuid !== ROOT) return
  rootStakeFell(state, hotkey, coldkey, amountAlpha)
  leaveAutoClaims(state, coldkey)
}

/** Moves stake within a subnet: to another hotkey, another coldkey, or both. On root no list of claims follows, and `transferLock` comes before. */
export function movePosition(
  { state }: BlockContext,
  from: Position,
  to: Position,
  amountAlpha: Alpha,
): void {
  assert(debitStake(state, from, amountAlpha), 'a position is worth less than what is moved')
  creditStake(state, to, amountAlpha)
  rememberHotkey(state, to.coldkey, to.hotkey)
  if (from.netuid !== ROOT) return
  rootStakeFell(state, from.hotkey, from.coldkey, amountAlpha)
  rootStakeRose(state, to.hotkey, to.coldkey, amountAlpha)
}
