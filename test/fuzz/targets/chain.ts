import { errorOf, failureOf } from '../../../src/chain/remote/failures.js'
import {
  type ClientMessage,
  encodeMessage,
  type NodeMessage,
  readClientMessage,
  readNodeMessage,
} from '../../../src/chain/remote/messages.js'
import { fromWire, toWire } from '../../../src/chain/remote/wireValues.js'
import {
  bytesEqual,
  type CanonicalValue,
  decodeCanonical,
  encodeCanonical,
  MalformedBytesError,
} from '../../../src/codec/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { BaseError, InvalidArgumentError } from '../../../src/errors/index.js'
import { type CallName, signCall } from '../../../src/ledger/index.js'
import { openCall } from '../../../src/ledger/openCall.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { referenceUnpack } from '../referenceMsgpack.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const hash = 'ab'.repeat(32)

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const values: readonly CanonicalValue[] = [
  null,
  [
    true,
    false,
    0,
    127,
    128,
    256,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53 - 1,
    -1,
    -33,
    -129,
    -32_769,
    -(2 ** 31) - 1,
    0.5,
  ],
  [1n, -1n, (1n << 64n) - 1n, -(1n << 63n)],
  ['', 'a', 'x'.repeat(31), 'x'.repeat(32), 'é'.repeat(200), `\ufeff${'b'.repeat(80)}`],
  [new Uint8Array(0), new Uint8Array(300)],
  { a: 1, b: { c: [{}, []], d: 'x' }, toString: 'text', valueOf: null },
  Array.from({ length: 20 }, (_, i) => ({ [`key ${i}`]: i })),
]

/** MessagePack that no canonical value is written in: values that refer to others, records, sets, errors, bundles of text. */
const foreign: readonly Uint8Array[] = [
  hex('93 d669 00000001 9101 d670 00000001 d670 00000001'),
  hex(
    '94 d669 00000001 92 01 01 d669 00000002 92 d670 00000001 d670 00000001 d669 00000003 92 d670 00000002 d670 00000002 c0',
  ),
  hex('92 d472 40 92 a161 a162 01 02 40 01 02'),
  hex('93 d473 00 91 01 d465 00 92 a161 a162 d6ff 00000001'),
  hex('91'.repeat(34)),
  // As deep as may be, and empty there.
  hex(`${'91'.repeat(32)}80`),
  hex(`${'91'.repeat(32)}90`),
  hex('dd 00ffffff dd 00ffffff'),
  hex('82 a162 01 a161 02'),
]

const canonical = [...values.map((value) => Uint8Array.from(encodeCanonical(value))), ...foreign]

const clientMessages: readonly ClientMessage[] = [
  ['head', 0],
  ['query', 1, 'account', { address: alice.address }],
  ['query', 2, 'metagraph', { netuid: 1, mechanism: 0 }],
  ['nonce', 3, alice.address],
  ['submit', 4, new Uint8Array(120)],
  ['blocks', 5, -1, 32],
  ['more', 5, 8],
  ['cancel', 2 ** 53 - 1],
]

const header = { number: 1, hash, parentHash: hash, stateHash: hash, timestampMs: 12_000 }
const column = (kind: string, bytes: number): CanonicalValue => ({ $column: [kind, new Uint8Array(bytes)] })
const answers: readonly CanonicalValue[] = [
  { header, receipts: [], events: [] },
  { uids: column('u16', 4), stake: column('u64', 16), share: column('f64', 8), last: column('u32', 8) },
  { big: { $integer: `${2n ** 70n}` }, $$written: 1, list: [{ $integer: `-${2n ** 70n}` }] },
  [hash, 1, null, true],
]

const nodeMessages: readonly NodeMessage[] = [
  [
    'hello',
    5,
    { chainId: 'x', genesisHash: hash, callWindowBlocks: 64, loopbackAxonsAllowed: true, blockMs: 12_000 },
    header,
  ],
  ['accepted', 1],
  ...answers.map((answer, id): NodeMessage => ['answer', id, answer]),
  ['failure', 2, ['CallRejected', { error: 'NotEnough', data: { least: 1 }, detail: 'x', remedy: 'y' }]],
  ['block', 3, Uint8Array.from(encodeCanonical(answers[0] as CanonicalValue))],
  ['end', 4],
]

const failures: readonly CanonicalValue[] = [
  ['CallRejected', { error: 'NotEnough', data: { least: 1n }, detail: 'x', remedy: 'y' }],
  ['BlocksGone', 1, 2],
  ['BlockTooLarge', 1, 2, 3],
  ['Request', 'tooManyRequests'],
  ['InvalidArgument', 'address', "'x'", 'Pass another.'],
  ['InvalidArgument', { toString: 1 }, null, { valueOf: null, toString: null }],
  ['CallRejected', { $integer: 'x' }],
  ['BlocksGone', { valueOf: 1, toString: 1 }, 1n],
]

const signed = (name: CallName, args: object): Uint8Array =>
  Uint8Array.from(
    signCall(alice, {
      genesisHash: hash,
      recentBlockHash: hash,
      nonce: 1,
      expiryBlock: 9,
      name,
      args: args as never,
    }),
  )
const calls = [
  signed('transfer', { to: bob.address, amountRao: 1_000n }),
  signed('setWeights', { netuid: 1, mechanism: 0, uids: [0, 1, 2], values: [1, 2, 65_535], versionKey: 0 }),
  signed('registerSubnet', { hotkey: bob.hotkey }),
  signed('startSubnet', { netuid: 1 }),
]

function readFailure(input: Uint8Array): Error | undefined {
  try {
    return errorOf(decodeCanonical(input))
  } catch (error) {
    if (error instanceof MalformedBytesError) return undefined
    throw error
  }
}

/** Plain values of the second decoder that have canonical bytes, which must be those that came. */
function canonicalReference(input: Uint8Array): { readonly value: readonly [unknown] } | undefined {
  const found = referenceUnpack(input, 'empty lists')
  if (found === undefined) return undefined
  try {
    const isWritten = bytesEqual(encodeCanonical(found.value as CanonicalValue), input)
    return isWritten ? { value: [found.value] } : undefined
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined
    throw error
  }
}

export const chainTargets: readonly FuzzTarget[] = [
  decoder('decodeCanonical', {
    share: 24,
    corpus: canonical,
    refusals: [MalformedBytesError],
    decode: (input): readonly [CanonicalValue] => [decodeCanonical(input)],
    encode: ([value]) => encodeCanonical(value),
    reference: canonicalReference,
  }),
  decoder('readClientMessage', {
    share: 12,
    corpus: clientMessages.map((message) => Uint8Array.from(encodeMessage(message))),
    decode: readClientMessage,
    encode: encodeMessage,
  }),
  decoder('readNodeMessage', {
    share: 12,
    corpus: nodeMessages.map((message) => Uint8Array.from(encodeMessage(message))),
    decode: readNodeMessage,
    encode: encodeMessage,
  }),
  decoder('fromWire', {
    share: 8,
    corpus: answers.map((answer) => Uint8Array.from(encodeCanonical(answer))),
    refusals: [MalformedBytesError, InvalidArgumentError],
    decode: (input): readonly [unknown] => [fromWire(decodeCanonical(input))],
    encode: ([value]) => encodeCanonical(toWire(value)),
  }),
  decoder('errorOf', {
    share: 6,
    corpus: failures.map((failure) => Uint8Array.from(encodeCanonical(failure))),
    decode: (input) => {
      const error = readFailure(input)
      if (error !== undefined && !(error instanceof BaseError))
        throw new TypeError(`it made ${String(error)}`)
      return error === undefined ? undefined : failureOf(error)
    },
  }),
  decoder('openCall', {
    share: 6,
    corpus: calls,
    decode: (input) => {
      const call = openCall(input, true)
      return 'error' in call ? undefined : call.callHash
    },
  }),
]
