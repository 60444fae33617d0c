import { describe, expect, it } from 'vitest'
import { BlockHistory } from '../../../src/chain/BlockHistory.js'
import type { BlocksGoneError } from '../../../src/chain/index.js'
import { InvalidArgumentError, InvariantError } from '../../../src/errors/index.js'
import type { BlockUpdate, Receipt } from '../../../src/ledger/index.js'

const block = (number: number): BlockUpdate => ({
  header: {
    number,
    hash: `${number}`,
    parentHash: `${number - 1}`,
    stateHash: '',
    callsHash: '',
    callCount: 0,
    author: null,
  },
  receipts: [],
  events: [],
})

const historyOf = (count: number, capacity = 4): BlockHistory => {
  const history = new BlockHistory({ head: 0, capacity })
  for (let number = 1; number <= count; number++) history.push(block(number))
  return history
}

async function numbers(blocks: AsyncIterable<BlockUpdate>): Promise<number[]> {
  const seen: number[] = []
  for await (const { header } of blocks) seen.push(header.number)
  return seen
}

describe('BlockHistory', () => {
  it('gives what it keeps, and ends when it is closed', async () => {
    const history = historyOf(6)
    const reading = numbers(history.follow({ fromBlock: 3 }))
    history.push(block(7))
    history.close()
    expect(await reading).toEqual([3, 4, 5, 6, 7])
  })

  it('keeps fewer blocks when they hold more, and always the newest', async () => {
    const receipt = { events: [{}, {}] } as never as Receipt
    const history = new BlockHistory({ head: 0, capacity: 100, maxEntries: 12 })
    const oldest = async (): Promise<unknown> =>
      await numbers(history.follow({ fromBlock: 1 })).catch((error: BlocksGoneError) => error.oldestBlock)
    for (let number = 1; number <= 5; number++) history.push({ ...block(number), receipts: [receipt] })
    // A receipt with two events is three entries: four blocks are kept.
    expect(await oldest()).toBe(2)
    history.push({ ...block(6), receipts: Array.from({ length: 9 }, () => receipt) })
    expect(await oldest()).toBe(6)
    for (let number = 7; number <= 30; number++) history.push(block(number))
    expect(await oldest()).toBe(7)
  })

  it('starts with the next block, counted from the call', async () => {
    const history = historyOf(2)
    const blocks = history.follow()
    history.push(block(3))
    history.close()
    expect(await numbers(blocks)).toEqual([3])
  })

  it('says what it no longer keeps', async () => {
    await expect(numbers(historyOf(6).follow({ fromBlock: 2 }))).rejects.toMatchObject({
      name: 'BlocksGoneError',
      code: 'BlocksGone',
      wantedBlock: 2,
      oldestBlock: 3,
      message: expect.stringContaining('Block 2 is not kept any more; the oldest is 3.'),
    })
  })

  it('says so to a reader that falls behind', async () => {
    const history = historyOf(4)
    const blocks = history.follow({ fromBlock: 1 })
    expect((await blocks.next()).value?.header.number).toBe(1)
    for (let number = 5; number <= 9; number++) history.push(block(number))
    await expect(blocks.next()).rejects.toMatchObject({ wantedBlock: 2, oldestBlock: 6 })
  })

  it('ends quietly with the signal', async () => {
    const stop = new AbortController()
    const reading = numbers(historyOf(2).follow({ fromBlock: 1, signal: stop.signal }))
    await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    expect(await reading).toEqual([1, 2])
  })

  it('refuses what is no block number, and blocks out of order', () => {
    expect(() => historyOf(0).follow({ fromBlock: -1 })).toThrow(InvalidArgumentError)
    expect(() => historyOf(2).push(block(4))).toThrow(InvariantError)
  })
})
