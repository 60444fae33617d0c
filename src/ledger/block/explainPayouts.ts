import { epochEmissionAlpha, type PayoutLine, type PendingAlpha } from '../../emission/index.js'
import type { Address, Alpha, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { clocks } from '../state/tables.js'
import { beginBlock } from './beginBlock.js'

/** An epoch's pay, taken apart. */
export interface PayoutExplanation {
  readonly netuid: Netuid
  /** As the event `EpochRan` has it, which these three say too. */
  readonly epochIndex: number
  readonly emissionAlpha: Alpha
  readonly pending: PendingAlpha
  /** Who got how much by what, what was withheld, and what is nobody's: together all of `pending`. */
  readonly lines: readonly PayoutLine<Address>[]
}

/** Does a block's own work to see what its epochs pay, in the order in which they are paid. The caller discards what it changed. */
export function explainPayouts(context: BlockContext): PayoutExplanation[] {
  const { state, scheduler } = context
  const explained: PayoutExplanation[] = []
  beginBlock({
    ...context,
    onPayout: (netuid, payout) => {
      const { pending } = payout
      explained.push({
        netuid,
        epochIndex: state.cell(clocks, netuid, 'epochIndex'),
        emissionAlpha: epochEmissionAlpha(pending),
        pending,
        lines: scheduler.explainPayout(payout).map((line) => byAddress(state, line)),
      })
    },
  })
  return explained
}

function byAddress(state: LedgerState, line: PayoutLine<AccountId>): PayoutLine<Address> {
  const { hotkey, coldkey, through } = line
  return {
    ...line,
    hotkey: hotkey && state.addressOf(hotkey),
    coldkey: coldkey && state.addressOf(coldkey),
    through: through && { ...through, hotkey: state.addressOf(through.hotkey) },
  }
}
