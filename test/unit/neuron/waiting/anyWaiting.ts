import type { WaitingRound, WaitingTask } from '../../../../src/neuron/waiting/waitingRound.js'
import { anyRecord } from '../../mechanism/record/anyRecord.js'

export const wait: WaitingTask['wait'] = {
  untilBlock: 20,
  question: { door: 'wait', name: '', asked: new Uint8Array(32).fill(5), nth: 1 },
}

/** A round of two tasks, one of which waits and one of which has ended. */
export function anyWaiting(parts: Partial<WaitingRound['began']> = {}): WaitingRound {
  const { index: _index, entries, outcome: _outcome, sold: _sold, ...began } = anyRecord()
  return {
    began: { ...began, ...parts },
    tasks: [
      { entries, wait },
      { entries: entries.slice(0, 2), wait: undefined },
    ],
  }
}
