import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a take is not changed. Takes are parts of 65535. */
export const takeRefusals = {
  DelegateTakeTooLow: reasons({
    belowLeast: reason({
      data: { takeU16: holds.count, leastU16: holds.count },
      says: 'The take would be {takeU16}, below the least, {leastU16}.',
      remedy: 'Ask for at least {leastU16}.',
    }),
    noRaise: reason({
      data: { takeU16: holds.count, currentU16: holds.count },
      says: 'The take is {currentU16}, so that {takeU16} would not raise it.',
      remedy: 'Ask for more than {currentU16}, or call decreaseTake.',
    }),
    noCut: reason({
      data: { takeU16: holds.count, currentU16: holds.count },
      says: 'The take is {currentU16}, so that {takeU16} would not lower it.',
      remedy: 'Ask for less than {currentU16}, or call increaseTake.',
    }),
  }),
  DelegateTakeTooHigh: reason({
    data: { takeU16: holds.count, mostU16: holds.count },
    says: 'The take would be {takeU16}, above the largest, {mostU16}.',
    remedy: 'Ask for at most {mostU16}.',
  }),
  DelegateTxRateLimitExceeded: reason({
    data: { hotkey: holds.hotkey, nextBlock: holds.block },
    says: 'The take of {hotkey} was changed a short while ago, and can be raised from block {nextBlock} on.',
    remedy: 'Raise it at block {nextBlock} or later.',
  }),
  InvalidChildkeyTake: reason({
    data: { takeU16: holds.count, leastU16: holds.count, mostU16: holds.count },
    says: 'The take of a child is {leastU16} to {mostU16}, not {takeU16}.',
    remedy: 'Ask for {leastU16} to {mostU16}.',
  }),
  TxChildkeyTakeRateLimitExceeded: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey, nextBlock: holds.block },
    says: 'The take of {hotkey} as a child on subnet {netuid} was set a short while ago, and can be raised from block {nextBlock} on.',
    remedy: 'Raise it at block {nextBlock} or later; it can be lowered at any time.',
  }),
}
