import { describe, expect, it } from 'vitest'
import {
  BlocksGoneError,
  BlockTooLargeError,
  CallRejectedError,
  ChainRequestError,
} from '../../../../src/chain/index.js'
import { errorOf, failureOf } from '../../../../src/chain/remote/failures.js'
import type { CanonicalValue } from '../../../../src/codec/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'

const rejection = { error: 'NotEnough', data: { least: 2n ** 70n }, detail: 'x', remedy: 'y' }

describe('an error that travels', () => {
  it.each([
    new CallRejectedError(rejection as never),
    new BlocksGoneError({ wantedBlock: 1, oldestBlock: 4 }),
    new BlockTooLargeError({ block: 1, bytes: 20, mostBytes: 10 }),
    new InvalidArgumentError({ field: 'netuid', value: '7', remedy: 'Pass another.' }),
  ])('arrives as it was', (error) => {
    const arrived = errorOf(failureOf(error))
    expect(arrived).toBeInstanceOf(error.constructor)
    expect((arrived as Error & { code: string }).code).toBe(error.code)
  })

  it.each<[string, CanonicalValue]>([
    ['nothing', null],
    ['a kind that is none', ['Surprise', 1]],
    ['texts that are maps', ['InvalidArgument', { toString: 1 }, null, { valueOf: 1, toString: 1 }]],
    ['numbers that are maps', ['BlocksGone', { valueOf: 1, toString: 1 }, 1]],
    ['numbers that are missing', ['BlockTooLarge', 1]],
    ['a code that is a map', ['Request', { toString: null }]],
    ['a rejection that is no integer', ['CallRejected', { $integer: 'x' }]],
    ['a rejection of another shape', ['CallRejected', { error: 1 }]],
  ])('is an internal one of the node when the node writes %s', (_what, failure) => {
    const error = errorOf(failure)
    expect(error).toBeInstanceOf(ChainRequestError)
    expect(error).toMatchObject({ code: 'Internal' })
  })
})
