import { describe, expect, test } from 'vitest'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../../src/codec/index.js'
import { blake2b256 } from '../../../../src/crypto/index.js'
import {
  decodeRound,
  encodeRound,
  RoundRecordError,
  withoutSecrets,
} from '../../../../src/mechanism/index.js'
import { MAX_ROUND_VALUES } from '../../../../src/mechanism/record/roundCodec.js'
import { anyRecord } from './anyRecord.js'

type Written = { [key: string]: CanonicalValue }

/** The bytes of a record of which a part is another. */
function changed(change: (written: Written) => void): Uint8Array {
  const written = decodeCanonical(encodeRound(anyRecord())) as Written
  change(written)
  return encodeCanonical(written)
}

const rows = (written: Written, part: string): CanonicalValue[][] => written[part] as CanonicalValue[][]
const outcome = (written: Written): Written => written.outcome as Written

describe('a record of a round', () => {
  test('is read as it was written, and written again to the same bytes', () => {
    const record = anyRecord()
    const bytes = encodeRound(record)
    expect(decodeRound(bytes)).toEqual(record)
    expect(encodeRound(decodeRound(bytes))).toEqual(bytes)
    expect(encodeRound(anyRecord())).toEqual(bytes)
    const two = anyRecord({ scoredState: encodeCanonical({ best: 0.75 }) })
    expect(decodeRound(encodeRound(two))).toEqual(two)
    expect(decodeRound(Buffer.from(bytes))).toEqual(record)
  })

  test.each<[string, Uint8Array, string]>([
    ['no bytes', 7 as never, 'its bytes are damaged'],
    ['bytes that are cut', encodeRound(anyRecord()).slice(0, -1), 'its bytes are damaged'],
    ['bytes with more behind', Uint8Array.of(...encodeRound(anyRecord()), 0), 'its bytes are damaged'],
    ['another value', encodeCanonical(null), 'it is not subnetkit/round/1'],
    [
      'another version',
      changed((one) => {
        one.format = 'subnetkit/round/2'
      }),
      'it is not subnetkit/round/1',
    ],
    [
      'an unknown key',
      changed((one) => {
        one.extra = 1
      }),
      'its extra is malformed',
    ],
    [
      'a missing key',
      changed((one) => {
        delete one.round
      }),
      'its round is malformed',
    ],
    [
      'an unknown limit',
      changed((one) => {
        ;((one.rules as Written).roundLimits as Written).more = 1
      }),
      'its rules.roundLimits.more is malformed',
    ],
    [
      'a hash that is none',
      changed((one) => {
        one.block = [12, 'cd']
      }),
      'its block is malformed',
    ],
    [
      'a miner that is none',
      changed((one) => {
        rows(one, 'miners')[0]!.pop()
      }),
      'its miners[0] is malformed',
    ],
    [
      'an unknown door',
      changed((one) => {
        rows(one, 'entries')[0]![0] = 'window'
      }),
      'its entries[0] is malformed',
    ],
    [
      'a digest that is too short',
      changed((one) => {
        rows(one, 'entries')[1]![3] = new Uint8Array(31)
      }),
      'its entries[1] is malformed',
    ],
    [
      'an answer that is none',
      changed((one) => {
        rows(one, 'entries')[0]![6] = null
      }),
      'what an entry gave is malformed',
    ],
    [
      'an answer in other bytes',
      changed((one) => {
        rows(one, 'entries')[0]![6] = Uint8Array.of(0xc1)
      }),
      'what an entry gave is damaged',
    ],
    [
      'an error that is none',
      changed((one) => {
        rows(one, 'entries')[3]![6] = ['odd']
      }),
      'what an entry gave is malformed',
    ],
    [
      'a state in other bytes',
      changed((one) => {
        one.state = Uint8Array.of(0xc1)
      }),
      'its state is damaged',
    ],
    [
      'three states',
      changed((one) => {
        one.state = [1, 2, 3].map(() => Uint8Array.of(0xc0))
      }),
      'its state is malformed',
    ],
    [
      'a score beyond what one may be',
      changed((one) => {
        outcome(one).scores = [['ann', 1e13]]
      }),
      'its outcome.scores[0] is malformed',
    ],
    [
      'a hotkey twice',
      changed((one) => {
        outcome(one).scores = [
          ['ann', 1],
          ['ann', 2],
        ]
      }),
      'its outcome names a hotkey twice',
    ],
    [
      'a report in other bytes',
      changed((one) => {
        outcome(one).report = Uint8Array.of(0xc1)
      }),
      'its report is damaged',
    ],
  ])('is refused as %s', (_, bytes, why) => {
    const read = (): unknown => decodeRound(bytes)
    expect(read).toThrow(RoundRecordError)
    expect(read).toThrow(why)
  })

  test('holds no more values than it may, of itself or in what it gives', () => {
    const many = MAX_ROUND_VALUES + 1
    // A list of lists of no parts: `0xdd`, how many, and `0x90` for each.
    const lists = new Uint8Array(5 + many).fill(0x90)
    lists.set([0xdd, many >>> 24, (many >>> 16) & 0xff, (many >>> 8) & 0xff, many & 0xff])
    const isTooMany = (bytes: Uint8Array, why: string): void => {
      expect(() => decodeRound(bytes)).toThrow(RoundRecordError)
      expect(() => decodeRound(bytes)).toThrow(why)
    }
    isTooMany(lists, 'its bytes are damaged')
    isTooMany(
      changed((one) => {
        rows(one, 'entries')[0]![6] = lists
      }),
      'what an entry gave is damaged',
    )
    isTooMany(
      changed((one) => {
        one.state = lists
      }),
      'its state is damaged',
    )
    // Nine values each: what could not be read is not written.
    const verdict = { scores: new Map(), refused: new Map(), stateDigest: new Uint8Array(32) }
    const sold = Array.from({ length: MAX_ROUND_VALUES / 8 }, () => verdict)
    const record = anyRecord({ sold })
    expect(() => encodeRound(record)).toThrow('values, more than 2097152')
  })

  test('without secrets has digests of them, and the rest as it was', () => {
    const record = anyRecord()
    const shown = withoutSecrets(record)
    const [secret, ask] = shown.entries
    const given = record.entries[0]!.answer
    expect(secret?.answer).toEqual({
      how: 'hidden',
      digest: blake2b256(given.how === 'gave' ? given.bytes : (given as never)),
    })
    expect(ask).toEqual(record.entries[1])
    expect(decodeRound(encodeRound(shown))).toEqual(shown)
    expect(record).toEqual(anyRecord())
  })
})
