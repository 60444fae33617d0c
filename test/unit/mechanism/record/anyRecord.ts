import { encodeCanonical } from '../../../../src/codec/index.js'
import { defaultRoundLimits, type RoundEntry, type RoundRecord } from '../../../../src/mechanism/index.js'
import type { Address, Hotkey } from '../../../../src/units/index.js'

const ann = 'ann' as Hotkey
const digest = new Uint8Array(32).fill(7)

/** An entry of each kind of answer. */
const entries: readonly RoundEntry[] = [
  {
    door: 'secret',
    name: 'a',
    asked: digest,
    nth: 0,
    answer: { how: 'gave', bytes: encodeCanonical(digest) },
  },
  {
    door: 'ask',
    name: 'echo',
    hotkey: ann,
    asked: digest,
    nth: 0,
    answer: { how: 'gave', bytes: encodeCanonical(['ok', 0, 1.5, 'body', Uint8Array.of(7)]) },
  },
  { door: 'ask', name: 'echo', hotkey: ann, asked: digest, nth: 1, answer: { how: 'left' } },
  {
    door: 'live',
    name: 'price',
    nth: 0,
    answer: { how: 'threw', error: { kind: 'notScored', why: 'an outage' } },
  },
  {
    door: 'record',
    name: 'gain',
    nth: 0,
    answer: { how: 'threw', error: { kind: 'error', name: 'RangeError', message: 'odd' } },
  },
  {
    door: 'record',
    name: 'loss',
    nth: 0,
    answer: {
      how: 'threw',
      error: { kind: 'mechanism', method: 'play', fault: 'threw', what: 'threw odd', remedy: 'Mend it.' },
    },
  },
  { door: 'sold', name: 'echo', nth: 0, answer: { how: 'hidden', digest } },
]

/** A record with something in each of its parts. */
export function anyRecord(parts: Partial<RoundRecord> = {}): RoundRecord {
  return {
    place: { genesisHash: 'ab'.repeat(32), netuid: 1, mechanismId: 0, hotkey: 'judge' as Hotkey },
    block: 12,
    blockHash: 'cd'.repeat(32),
    round: 12,
    index: 0,
    rules: { stateVersion: 1, roundLimits: defaultRoundLimits, datasets: [['words', 'ef'.repeat(32)]] },
    miners: [{ hotkey: ann, uid: 2, coldkey: 'cold' as Address, registeredAtBlock: 3 }],
    state: encodeCanonical({ best: 0.5 }),
    entries,
    outcome: {
      scores: new Map([[ann, 0.25]]),
      refused: new Map([['bob', 'NaN']]),
      report: { table: [1, 'x'] },
      stateDigest: digest,
    },
    sold: [{ scores: new Map([[ann, 1]]), refused: new Map(), stateDigest: digest }],
    ...parts,
  }
}
