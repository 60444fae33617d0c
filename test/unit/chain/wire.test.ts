import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BlocksGoneError,
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
  readClientMessage,
  readNodeMessage,
} from '../../../src/chain/remote/messages.js'
import { fromWire, toWire } from '../../../src/chain/remote/wireValues.js'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import type { BlockUpdate } from '../../../src/ledger/index.js'

const alice = keyPairFromUri('//Alice').address

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
    expect(fromWire(decodeCanonical(encodeCanonical(toWire(value))))).toEqual(value)
  })

  it('carry every bigint', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(fromWire(toWire([value]))).toEqual([value])
      }),
    )
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
})

describe('failures', () => {
  it.each<[Error]>([
    [new CallRejectedError({ code: 'Expired', detail: 'Block 9 came first.' })],
    [new BlocksGoneError({ wantedBlock: 3, oldestBlock: 8 })],
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
    const heard: (number | 'cancel')[] = []
    const stream = new BlockStream({
      onTaken: (count) => heard.push(count),
      onCancel: () => heard.push('cancel'),
    })
    return { stream, heard }
  }

  it('holds one window and gives leave for more as its reader takes', async () => {
    const { stream, heard } = streamWith()
    for (let index = 0; index < BLOCK_WINDOW; index++) expect(stream.push(update)).toBe(true)
    expect(stream.push(update)).toBe(false)
    for (let index = 0; index < BLOCK_WINDOW / 2; index++) await stream.next()
    expect(heard).toEqual([BLOCK_WINDOW / 2])
  })

  it('delivers what came before a failure first', async () => {
    const { stream } = streamWith()
    stream.push(update)
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
