import { describe, expect, test } from 'vitest'
import type { BlockUpdate, LedgerEvent, SubnetView } from '../../../src/ledger/index.js'
import { faultOfEvent, type ValidatorEvent } from '../../../src/neuron/index.js'
import { TimelockWatch } from '../../../src/neuron/TimelockWatch.js'
import { hotkeyNamed } from '../metagraph/columns.js'

const hotkey = hotkeyNamed('judge')

function watching() {
  const told: ValidatorEvent[] = []
  const watch = new TimelockWatch({ netuid: 1, mechanismId: 1, hotkey, tell: (event) => told.push(event) })
  const add = (commitHash: string, epochIndex: number) =>
    watch.add({ commitHash, epochIndex, block: 10, uids: [2], values: [65_535] })
  return { watch, told, add }
}

const opening = (changes: { netuid?: number; mechanism?: number; hotkey?: typeof hotkey } = {}) => ({
  name: 'TimelockedWeightsRevealed' as const,
  netuid: changes.netuid ?? 1,
  data: { mechanism: changes.mechanism ?? 1, hotkey: changes.hotkey ?? hotkey },
})

const blockOf = (number: number, ...events: LedgerEvent[]) =>
  ({ header: { number }, receipts: [], events }) as unknown as BlockUpdate

const subnetAt = (epochIndex: number, lastEpochBlock: number) =>
  ({ epochIndex, lastEpochBlock, hyperparameters: { revealPeriodEpochs: 1 } }) as SubnetView

describe('TimelockWatch', () => {
  test('tells of each commit that opens, in their order, and by whose name one was dropped', () => {
    const { watch, told, add } = watching()
    add('aa', 4)
    add('bb', 4)
    const dropped = {
      name: 'TimelockedWeightsDropped' as const,
      netuid: 1,
      data: { mechanism: 1, hotkey, error: 'NeuronNoValidatorPermit' },
    }
    watch.onBlock(blockOf(20, opening(), dropped))
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
    expect(watch.size).toBe(0)
  })

  test('passes over what is of another subnet, mechanism or hotkey, and openings that it does not know of', () => {
    const { watch, told, add } = watching()
    watch.onBlock(blockOf(19, opening()))
    add('aa', 4)
    const other = hotkeyNamed('other')
    watch.onBlock(blockOf(20, opening({ netuid: 2 }), opening({ mechanism: 0 }), opening({ hotkey: other })))
    expect(told).toEqual([])
    watch.onBlock(blockOf(21, opening(), opening()))
    expect(told).toHaveLength(1)
  })

  test('tells of one that was not opened when its epoch has passed and every block up to then was seen', () => {
    const { watch, told, add } = watching()
    add('aa', 4)
    watch.settle(29, subnetAt(5, 20))
    // The subnet is asked at a later block than the newest that was seen.
    watch.settle(29, subnetAt(6, 30))
    expect(told).toEqual([])
    watch.settle(30, subnetAt(6, 30))
    expect(told).toMatchObject([{ type: 'revealMissed', reason: 'NotOpened', block: 30, commitHash: 'aa' }])
    expect(faultOfEvent(told[0]!)?.message).toMatch(/no pulse of the beacon came/)
    expect(watch.size).toBe(0)
  })

  test('knows nothing of blocks that were missed, and watches no more than it has room for', () => {
    const { watch, told, add } = watching()
    add('aa', 4)
    watch.forget()
    watch.settle(90, subnetAt(9, 90))
    expect([told, watch.size, watch.lastBlock]).toEqual([[], 0, undefined])
    for (let at = 0; at < 100; at++) add(String(at), 4)
    expect(watch.size).toBe(40)
    expect(watch.lastBlock).toBe(10)
  })
})
