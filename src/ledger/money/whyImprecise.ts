import { type Alpha, asHotkey } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'
import type { LedgerState } from '../state/LedgerState.js'
import { isStakePrecise, type Position } from './stake.js'

/** Whether so much alpha would be lost beside the stake that is there, in whose units a share is counted. */
export function whyImprecise(
  state: LedgerState,
  position: Position,
  amountAlpha: Alpha,
): RefusalOf<'InsufficientLiquidity'> | null {
  if (isStakePrecise(state, position, amountAlpha)) return null
  const { netuid } = position
  const hotkey = asHotkey(state.addressOf(position.hotkey))
  return refuse('InsufficientLiquidity', { because: 'lostBesideStake', netuid, hotkey, amountAlpha })
}
