import { describe, expect, test } from 'vitest'
import type { BlockUpdate, LedgerEvent, SubnetView } from '../../../src/ledger/index.js'
import { faultOfEvent, type ValidatorEvent } from '../../../src/neuron/index.js'
import { TimelockCommits } from '../../../src/neuron/TimelockCommits.js'
import { TimelockWatch } from '../../../src/neuron/TimelockWatch.js'
import { hotkeyNamed } from '../metagraph/columns.js'

const hotkey = hotkeyNamed('judge')

function watching() {
  const told: ValidatorEvent[] = []
  const changes: number[] = []
  const locks = new TimelockCommits()
  const watch = new TimelockWatch({
    netuid: 1,
    mechanismId: 1,
    hotkey,
    locks,
    changed: (block) => changes.push(block),
    tell: (event) => told.push(event),
  })
  const add = (commitHash: string, epochIndex: number) =>
    watch.add({ commitHash, epochIndex, block: 10, uids: [2], values: [65_535] })
  return { watch, locks, told, changes, add }
}

const opening = (
  commitHash: string,
  epochIndex: number,
  changes: { netuid?: number; mechanism?: number; hotkey?: typeof hotkey } = {},
) => ({
  name: 'TimelockedWeightsRevealed' as const,
  netuid: changes.netuid ?? 1,
  data: {
    mechanism: changes.mechanism ?? 1,
    hotkey: changes.hotkey ?? hotkey,
    commitHash,
    epochIndex,
  },
})

const blockOf = (number: number, ...events: LedgerEvent[]) =>
  ({ header: { number }, receipts: [], events }) as unknown as BlockUpdate

const subnetAt = (epochIndex: number, lastEpochBlock: number, revealPeriodEpochs = 1) =>
  ({ epochIndex, lastEpochBlock, hyperparameters: { revealPeriodEpochs } }) as SubnetView

describe('TimelockWatch', () => {
  test('tells of each commit that opens, and by whose name one was dropped', () => {
    const { watch, told, changes, add } = watching()
    add('aa', 4)
    add('bb', 4)
    const dropped = {
      name: 'TimelockedWeightsDropped' as const,
      netuid: 1,
      data: { mechanism: 1, hotkey, commitHash: 'bb', epochIndex: 4, error: 'NeuronNoValidatorPermit' },
    }
    watch.onBlock(blockOf(20, opening('aa', 4), dropped))
    expect(told).toEqual([
      {
        type: 'weightsRevealed',
        block: 20,
        form: 'timelock',
        commitHash: 'aa',
        epochIndex: 4,
        uids: [2],
        values: [65_535],
      },
      {
        type: 'revealMissed',
        block: 20,
        form: 'timelock',
        commitHash: 'bb',
        epochIndex: 4,
        reason: 'Dropped',
        error: 'NeuronNoValidatorPermit',
      },
    ])
    expect(faultOfEvent(told[1]!)?.message).toMatch(/dropped them with NeuronNoValidatorPermit/)
    expect([watch.size, changes]).toEqual([0, [20]])
  })

  test('credits an opening to the commit of its hash and epoch, whatever opened before or never does', () => {
    const { watch, told, add } = watching()
    add('aa', 4)
    add('bb', 4)
    // The same text without a beacon: the same hash.
    add('bb', 5)
    watch.onBlock(blockOf(20, opening('xx', 4), opening('bb', 5)))
    watch.onBlock(blockOf(21, opening('bb', 4)))
    expect(told).toMatchObject([
      { type: 'weightsRevealed', commitHash: 'bb', epochIndex: 5, block: 20 },
      { type: 'weightsRevealed', commitHash: 'bb', epochIndex: 4, block: 21 },
    ])
    expect(watch.size).toBe(1)
  })

  test('passes over what is of another subnet, mechanism or hotkey, and openings that it does not know of', () => {
    const { watch, told, changes, add } = watching()
    watch.onBlock(blockOf(8, opening('aa', 4)))
    add('aa', 4)
    const other = hotkeyNamed('other')
    const others = [{ netuid: 2 }, { mechanism: 0 }, { hotkey: other }]
    watch.onBlock(blockOf(20, ...others.map((one) => opening('aa', 4, one))))
    expect([told, changes]).toEqual([[], []])
    watch.onBlock(blockOf(21, opening('aa', 4), opening('aa', 4)))
    expect(told).toHaveLength(1)
  })

  test('tells of one that was not opened when its epoch has passed and every block up to then was seen', () => {
    const { watch, told, changes, add } = watching()
    add('aa', 4)
    watch.settle(29, subnetAt(5, 20))
    // The subnet is asked at a later block than the newest that was seen.
    watch.settle(29, subnetAt(6, 30))
    expect(told).toEqual([])
    watch.settle(30, subnetAt(6, 30))
    expect(told).toMatchObject([{ type: 'revealMissed', reason: 'NotOpened', block: 30, commitHash: 'aa' }])
    expect(faultOfEvent(told[0]!)?.message).toMatch(/It may be that the owner shortened/)
    expect([watch.size, changes]).toEqual([0, [30]])
  })

  test('tells which ones a shorter reveal period loses, and goes on with the others', () => {
    const { watch, told, add } = watching()
    for (const [at, hash] of ['aa', 'bb', 'cc'].entries()) add(hash, 4 + at)
    watch.settle(30, subnetAt(6, 30, 1))
    expect(told).toMatchObject([{ reason: 'NotOpened', commitHash: 'aa' }])
    watch.onBlock(blockOf(31, opening('bb', 5)))
    watch.onBlock(blockOf(41, opening('cc', 6)))
    expect(told.slice(1)).toMatchObject([{ commitHash: 'bb' }, { commitHash: 'cc' }])
  })

  test('after blocks that were missed tells what opens from then on, and of others nothing', () => {
    const { watch, told, add } = watching()
    add('aa', 4)
    add('bb', 5)
    watch.missedBlocks()
    watch.settle(30, subnetAt(6, 30))
    expect([told, watch.size, watch.lastBlock]).toEqual([[], 1, 10])
    watch.onBlock(blockOf(31, opening('bb', 5)))
    expect(told).toMatchObject([{ type: 'weightsRevealed', commitHash: 'bb' }])
  })

  test('says nothing of a commit that it heard of when blocks after it had passed', () => {
    const { watch, told, add } = watching()
    watch.onBlock(blockOf(20, opening('aa', 4)))
    add('aa', 4)
    watch.settle(90, subnetAt(9, 90))
    expect([told, watch.size]).toEqual([[], 0])
  })

  test('takes over what an earlier run kept, and says nothing of what happened between the runs', () => {
    const { watch, locks, told } = watching()
    const row = { block: 10, uids: [2], values: [65_535] }
    locks.resume([
      { ...row, commitHash: 'aa', epochIndex: 4 },
      { ...row, commitHash: 'bb', epochIndex: 8, block: 50 },
    ])
    expect(watch.lastBlock).toBe(50)
    watch.settle(90, subnetAt(9, 90))
    expect([told, locks.all.map(({ commitHash }) => commitHash)]).toEqual([[], ['bb']])
    watch.onBlock(blockOf(91, opening('bb', 8)))
    expect(told).toMatchObject([{ type: 'weightsRevealed', commitHash: 'bb', uids: [2] }])
  })

  test('keeps as many as it has room for, those that open sooner first', () => {
    const { watch, locks, add } = watching()
    for (let at = 0; at < 200; at++) add(String(at), at)
    expect([watch.size, locks.all[0]?.commitHash, watch.lastBlock]).toEqual([128, '0', 10])
  })
})
