import { describe, expect, it } from 'vitest'
import { sparseRowsFrom } from '../../src/consensus/index.js'
import {
  EmissionScheduler,
  inheritedStakes,
  isRootSelling,
  mechanismPool,
  medianPriceBits,
  takeEpochTurns,
} from '../../src/emission/index.js'
import { epochBatch } from '../../src/engine/index.js'
import { InvalidArgumentError } from '../../src/errors/index.js'

/** A list of the length of those given, and one more place that nobody filled. */
function holed<T>(...entries: T[]): T[] {
  const list = [...entries]
  list.length++
  return list
}

const stake = { alpha: 1n, rootRao: 1n }
const slot = {
  tempoBlocks: [9, 9],
  lastEpochBlock: [0, 0],
  pendingEpochAtBlock: [0, 0],
  blocksSinceLastStep: [0, 0],
}
const pool = {
  taoRao: 10n ** 12n,
  alphaIn: 10n ** 12n,
  quoteWeightE18: 5n * 10n ** 17n,
  feeU16: 33,
  mechanism: 1,
} as const
const scheduler = new EmissionScheduler({ pool: mechanismPool })

const CALLS: readonly (readonly [what: string, field: string, call: () => unknown])[] = [
  ['a row', 'rows[1]', () => sparseRowsFrom(holed([]))],
  ['an entry of a row', 'rows[0][1]', () => sparseRowsFrom([holed([1, 1] as const)])],
  ['a part of an entry', 'rows[0][0][1]', () => sparseRowsFrom([[holed(1) as never]])],
  ['a stake', 'stakes[1]', () => inheritedStakes(holed(stake), [], 0n)],
  ['a link', 'links[0]', () => inheritedStakes([stake], holed(), 0n)],
  ['a price', 'spotPriceBits[1]', () => medianPriceBits(holed(1n))],
  ['an average price', 'movingPriceBits[1]', () => isRootSelling(holed(1n))],
  ['a slot', 'slots[1]', () => takeEpochTurns(slot, holed(0), 5, 2)],
  [
    'a subnet',
    'subnets.netuid[1]',
    () => scheduler.splitBlock(1n, { netuid: holed(1), reserves: [pool, pool] }),
  ],
  [
    'reserves',
    'subnets.reserves[1]',
    () => scheduler.splitBlock(1n, { netuid: [1, 2], reserves: holed(pool) }),
  ],
  ['a subnet of a batch', 'subnets[0]', () => epochBatch(holed())],
]

describe('a hole in a list', () => {
  it.each(CALLS)('is refused as any other wrong entry: %s', async (_what, field, call) => {
    await expect(async () => call()).rejects.toThrow(InvalidArgumentError)
    await expect(async () => call()).rejects.toThrow(field)
  })
})
