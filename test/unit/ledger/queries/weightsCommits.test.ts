import { describe, expect, it } from 'vitest'
import { answerTo, type Queries } from '../../../../src/ledger/queries/queryTable.js'
import { hyperparameters } from '../../../../src/ledger/state/tables.js'
import { keepCommits } from '../../../../src/ledger/weights/hashCommits.js'
import { addSubnet, callContextAt } from '../../../vectors/callContext.js'
import { hotkeyOf, idOf } from '../../../vectors/fileState.js'

describe('weightsCommits', () => {
  const context = callContextAt(10)
  addSubnet(context, 1, {})
  const own = { ...context.config.hyperparameters, mechanismCount: 2, revealPeriodEpochs: 3 }
  context.state.set(hyperparameters, [1], own)
  const [old, young] = ['ab', 'cd'].map((byte) => byte.repeat(32)) as [string, string]
  keepCommits(
    context,
    [1, 1, idOf(5)],
    [
      { hash: old, epochIndex: 4, block: 7 },
      { hash: young, epochIndex: 5, block: 9 },
    ],
  )
  const ask = (args: Queries['weightsCommits']['args']) =>
    answerTo({ ...context, recent: undefined as never }, 'weightsCommits', args)

  it('names each commit of a hotkey under a mechanism with the epoch in which it is revealed, the oldest first', () => {
    expect(ask({ netuid: 1, hotkey: hotkeyOf(5), mechanism: 1 })).toEqual([
      { commitHash: old, block: 7, epochIndex: 4, revealEpochIndex: 7 },
      { commitHash: young, block: 9, epochIndex: 5, revealEpochIndex: 8 },
    ])
  })

  it('is empty for other mechanisms, hotkeys and subnets', () => {
    expect(ask({ netuid: 1, hotkey: hotkeyOf(5) })).toEqual([])
    expect(ask({ netuid: 1, hotkey: hotkeyOf(6), mechanism: 1 })).toEqual([])
    expect(ask({ netuid: 7, hotkey: hotkeyOf(5) })).toEqual([])
  })
})
