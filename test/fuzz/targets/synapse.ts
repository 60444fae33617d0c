import {
  decodeCallerMessage,
  decodeServerMessage,
  encodeCallerMessage,
  encodeServerMessage,
  MalformedMessageError,
  packValue,
  unpackValue,
} from '../../../src/synapse/index.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { referenceUnpack } from '../referenceMsgpack.js'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** What a request or an answer may be, and values at the edges of their forms. */
const values: readonly unknown[] = [
  null,
  [1, 'a', null, true, -1.5],
  { scores: Float32Array.of(0.5, -1), at: new Date(1_700_000_000_123), nothing: undefined },
  { prompt: 'snow ❄ and é', list: [[[]], {}, [{ deep: { deeper: [1] } }]], n: -0 },
  [
    0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    -32,
    -33,
    -128,
    -129,
    -32_768,
    -32_769,
    -(2 ** 31),
    -(2 ** 31) - 1,
  ],
  [
    2n ** 63n,
    -(2n ** 63n),
    2n ** 64n - 1n,
    1n,
    1e300,
    Number.MIN_VALUE,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ],
  [
    'x'.repeat(31),
    'x'.repeat(32),
    'é'.repeat(40),
    '\u{10000}'.repeat(20),
    `\ufeff${'b'.repeat(80)}`,
    'x'.repeat(300),
  ],
  [
    new Uint8Array(0),
    new Uint8Array(300).fill(7),
    Uint16Array.of(1, 2),
    BigUint64Array.of(2n ** 64n - 1n),
    Int8Array.of(-1),
  ],
  Array.from({ length: 20 }, (_, i) => ({ [`key ${i}`]: i })),
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key ${i}`, [i, `${i}`]])),
  [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15), new Date(2 ** 34 * 1_000 + 1)],
]

/** Forms of msgpack that no value here is written in. */
const foreign: readonly Uint8Array[] = [
  hex('93 ca3fc00000 cd0001 d200000001'),
  hex('82 a161 01 a161 02'),
  hex('81 a9 5f5f70726f746f5f5f 01'),
  hex('c7 0c ff 00000001 0000000000000001'),
  hex('d7 ff ee6b27fc 00000000'),
  hex('c7 0c ff 00000000 7fffffffffffffff'),
  hex('c7 0c ff 00000000 0100000000000000'),
  hex('92 d6 69 00000001 90 d6 70 00000001'),
  hex('d4 72 40 91 a161 01'),
  hex('d6 62 00000004 a161 a162'),
  hex('94 d4 65 00 92 a161 a162 d4 78 00 92 a161 a0 d4 73 00 90 c1'),
  hex('91'.repeat(34)),
  hex('dd 00ffffff dd 00ffffff dd 00ffffff'),
]

const corpus = [...values.map((value) => Uint8Array.from(packValue(value))), ...foreign]

const callerMessages = [
  ...values.map(
    (body, id) =>
      ({ kind: 'request', id, isStream: false, synapse: 'ask', timeoutMs: 12_000, credit: 0, body }) as const,
  ),
  {
    kind: 'request',
    id: 2 ** 32 - 1,
    isStream: true,
    synapse: 'x'.repeat(64),
    timeoutMs: 0,
    credit: 1_024,
    body: 1,
  } as const,
  { kind: 'cancel', id: 3 } as const,
  { kind: 'credit', id: 3, credit: 8 } as const,
].map((message) => Uint8Array.from(encodeCallerMessage(message)))

const serverMessages = [
  ...values.map((body, id) => ({ kind: id % 2 === 0 ? 'answer' : 'chunk', id, body }) as const),
  { kind: 'end', id: 1, status: 'overloaded', unhandled: true } as const,
  { kind: 'goAway', unreadFrom: 3, status: 'unreachable' } as const,
].map((message) => Uint8Array.from(encodeServerMessage(message)))

const refusals = [MalformedMessageError]

export const synapseTargets: readonly FuzzTarget[] = [
  decoder('unpackValue', {
    share: 24,
    corpus,
    refusals,
    decode: (input): readonly [unknown] => [unpackValue(input)],
    encode: ([value]) => packValue(value),
    reference: (input) => {
      const found = referenceUnpack(input)
      return found && { value: [found.value] }
    },
  }),
  decoder('decodeCallerMessage', {
    share: 16,
    corpus: callerMessages,
    refusals,
    decode: decodeCallerMessage,
    encode: encodeCallerMessage,
  }),
  decoder('decodeServerMessage', {
    share: 16,
    corpus: serverMessages,
    refusals,
    decode: decodeServerMessage,
    encode: encodeServerMessage,
  }),
]
