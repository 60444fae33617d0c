import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BlocksGoneError,
  BlockTooLargeError,
  CallRejectedError,
  ChainClosedError,
  ChainRequestError,
} from '../../../src/chain/index.js'
import { BlockStream } from '../../../src/chain/remote/BlockStream.js'
import { errorOf, failureOf } from '../../../src/chain/remote/failures.js'
import {
  BLOCK_WINDOW,
  type ClientMessage,
  encodeMessage,
  MAX_HELD_BYTES,
  readClientMessage,
  readNodeMessage,
} from '../../../src/chain/remote/messages.js'
import { fromWire, toWire } from '../../../src/chain/remote/wireValues.js'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { type BlockUpdate, refuse } from '../../../src/ledger/index.js'

const alice = keyPairFromUri('//Alice').address

/** A value after its way through a socket. */
const travelled = (value: unknown): unknown => fromWire(decodeCanonical(encodeCanonical(toWire(value))))

describe('toWire and fromWire', () => {
  it('carry integers of any width through canonical bytes', () => {
    const value = {
      small: 5n,
      wide: 2n ** 70n,
      negative: [-(2n ** 90n)],
      count: 7,
      none: null,
      bytes: Uint8Array.of(1),
    }
    expect(travelled(value)).toEqual(value)
  })

  it('carry every bigint', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(fromWire(toWire([value]))).toEqual([value])
      }),
    )
  })

  it('carry typed columns, also those that begin within a buffer', () => {
    const block = new ArrayBuffer(64)
    const value = {
      flags: Uint8Array.of(0, 1),
      u16: new Uint16Array(block, 2, 3).fill(65_535),
      u32: Uint32Array.of(4_294_967_295),
      u64: new BigUint64Array(block, 16, 2).fill(2n ** 64n - 1n),
      f64: Float64Array.of(-0, Number.POSITIVE_INFINITY, 0.1),
      none: new Uint16Array(0),
    }
    expect(travelled(value)).toStrictEqual(value)
  })

  it.each<[what: string, data: object]>([
    ['a column', { $column: ['u16', Uint8Array.of(1, 2)] }],
    ['an integer', { $integer: '7' }],
    ['marks of all lengths', { $$column: 1, $: 2, $integer: 3n }],
    ['a column in a column', { text: '$column', $column: { $column: '$integer' } }],
  ])('take nothing that somebody wrote for a mark: %s', (_, data) => {
    expect(travelled({ events: [{ name: 'Said', data }] })).toStrictEqual({
      events: [{ name: 'Said', data }],
    })
  })

  it.each<[what: string, value: CanonicalValue]>([
    ['a column of an unknown kind', { $column: ['i8', Uint8Array.of(1)] }],
    ['a kind that every object has', { $column: ['constructor', Uint8Array.of(1)] }],
    ['half an entry', { $column: ['u64', new Uint8Array(12)] }],
    ['a column without bytes', { $column: ['u16'] }],
    ['a column of numbers', { $column: ['u16', [1, 2]] }],
    ['a column with something besides', { $column: ['u16', new Uint8Array(2), 1] }],
    ['a column that is none', { $column: null }],
    ['a column beside a key', { $column: ['u16', new Uint8Array(2)], n: 1 }],
    ['an integer that is none', { $integer: '12x' }],
    ['an integer of a million digits', { $integer: '9'.repeat(1_000_000) }],
    ['an integer that needs no mark', { $integer: '12' }],
    ['an integer with zeros in front', { $integer: `0${2n ** 70n}` }],
    ['a mark that does not exist', { $date: 0 }],
  ])('refuse %s, however deep', (_, value) => {
    expect(() => fromWire({ a: [{ b: value }] })).toThrow(InvalidArgumentError)
  })
})

describe('client messages', () => {
  it('come back as they were sent', () => {
    const messages: ClientMessage[] = [
      ['head', 0],
      ['query', 1, 'subnet', { netuid: 1 }],
      ['nonce', 2, alice],
      ['submit', 3, Uint8Array.of(9)],
      ['blocks', 4, -1, 32],
      ['more', 4, 16],
      ['cancel', 4],
    ]
    for (const message of messages) expect(readClientMessage(encodeMessage(message))).toEqual(message)
  })

  it.each<[what: string, message: CanonicalValue]>([
    ['no array', { head: 1 }],
    ['no kind', [1, 2]],
    ['an unknown kind', ['toString', 1]],
    ['a node message', ['end', 1]],
    ['a negative id', ['head', -1]],
    ['a field too many', ['head', 1, 2]],
    ['no leave to send anything', ['blocks', 1, 0, 0]],
    ['a start before any block', ['blocks', 1, -2, 1]],
  ])('are refused: %s', (_, message) => {
    expect(readClientMessage(encodeCanonical(message))).toBeUndefined()
  })

  it('are refused whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readClientMessage(bytes)
        readNodeMessage(bytes)
      }),
    )
    expect(readNodeMessage(new Uint8Array(0))).toBeUndefined()
  })

  it.each([
    ['list', 0xdd],
    ['map', 0xdf],
    ['text', 0xdb],
    ['bytes', 0xc6],
  ])('are refused when a %s says that it is longer than the frame', (_, kind) => {
    const claim = [kind, 0xff, 0xff, 0xff, 0xff]
    const frame = Uint8Array.from([0x93, 0xa6, ...new TextEncoder().encode('answer'), 0x01, ...claim])
    expect(readNodeMessage(frame)).toBeUndefined()
  })
})

describe('failures', () => {
  it.each<[Error]>([
    [new CallRejectedError(refuse('Expired', { expiryBlock: 8, block: 9 }))],
    [new CallRejectedError(refuse('FundsUnavailable', { balanceRao: 5n, amountRao: 2n ** 70n }))],
    [new BlocksGoneError({ wantedBlock: 3, oldestBlock: 8 })],
    [new BlockTooLargeError({ block: 3, bytes: 20_000_000, mostBytes: 16_000_000 })],
    [new ChainRequestError({ code: 'TooManyRequests' })],
  ])('make the same error again: %s', (error) => {
    expect(errorOf(decodeCanonical(encodeCanonical(failureOf(error))))).toEqual(error)
  })

  it('name the argument that does not fit', () => {
    const error = new InvalidArgumentError({ field: 'netuid', value: -1, remedy: 'Pass more.' })
    expect(errorOf(failureOf(error))).toMatchObject({
      code: 'InvalidArgument',
      field: 'netuid',
      hints: ['Pass more.'],
    })
  })

  it('tell nothing of what went wrong inside', () => {
    expect(failureOf(new TypeError('secret path'))).toEqual(['Request', 'Internal'])
    expect(failureOf(new ChainClosedError())).toEqual(['Request', 'Internal'])
    expect(errorOf(null)).toMatchObject({ code: 'Internal' })
  })
})

describe('BlockStream', () => {
  const update = { header: { number: 1 } } as BlockUpdate
  const streamWith = () => {
    const heard: (number | 'cancel' | 'full')[] = []
    const stream = new BlockStream({
      onTaken: (count) => heard.push(count),
      onCancel: () => heard.push('cancel'),
      onFull: () => heard.push('full'),
    })
    return { stream, heard }
  }

  it('holds one window and gives leave for more as its reader takes', async () => {
    const { stream, heard } = streamWith()
    for (let index = 0; index < BLOCK_WINDOW; index++) expect(stream.push(update, 100)).toBe(true)
    expect(stream.push(update, 100)).toBe(false)
    for (let index = 0; index < BLOCK_WINDOW / 2; index++) await stream.next()
    expect(heard).toEqual([BLOCK_WINDOW / 2])
  })

  it('says when it holds more bytes than it should, and delivers them', async () => {
    const { stream, heard } = streamWith()
    for (let index = 0; index < 4; index++) stream.push(update, MAX_HELD_BYTES / 4)
    expect(heard).toEqual([])
    await stream.next()
    stream.push(update, MAX_HELD_BYTES / 4)
    expect(heard).toEqual([])
    stream.push(update, 1)
    expect(heard).toEqual(['full'])
    for (let index = 0; index < 5; index++) expect(await stream.next()).toBe(update)
  })

  it('delivers what came before a failure first', async () => {
    const { stream } = streamWith()
    stream.push(update, 100)
    stream.fail(new ChainRequestError({ code: 'Internal' }))
    expect(await stream.next()).toBe(update)
    await expect(stream.next()).rejects.toMatchObject({ code: 'Internal' })
  })

  it('ends with its signal, and tells the node when nobody reads', async () => {
    const { stream, heard } = streamWith()
    const stop = new AbortController()
    const next = stream.next(stop.signal)
    stop.abort()
    expect(await next).toBeUndefined()
    stream.cancel()
    expect(await stream.next()).toBeUndefined()
    expect(heard).toEqual(['cancel'])
  })
})
