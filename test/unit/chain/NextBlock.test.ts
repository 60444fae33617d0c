import { describe, expect, it } from 'vitest'
import { NextBlock } from '../../../src/chain/calls/NextBlock.js'
import { BlockTooLargeError, ChainClosedError } from '../../../src/chain/index.js'

/** Of a chain whose block stream ends with an error at once. */
const failingWith = (error: Error): NextBlock =>
  new NextBlock(() => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }))

describe('NextBlock', () => {
  it('takes a block that is too large to be sent for one', async () => {
    const next = failingWith(new BlockTooLargeError({ block: 3, bytes: 2, mostBytes: 1 }))
    expect(await next.wait(undefined)).toBeUndefined()
  })

  it('fails with whatever else ends the blocks', async () => {
    await expect(failingWith(new ChainClosedError()).wait(undefined)).rejects.toThrow(ChainClosedError)
  })
})
