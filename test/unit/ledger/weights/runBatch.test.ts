import { describe, expect, it, vi } from 'vitest'
import { stakes } from '../../../../src/ledger/state/tables.js'
import { addHotkeys, addStakeOf, addSubnet, callContextAt, errorOf } from '../../../vectors/callContext.js'

describe('a batch', () => {
  it('asks for the stake of its hotkey there and on root once per subnet, however often it names one', () => {
    const context = callContextAt(100, { stakeThresholdRao: 1n })
    addHotkeys(context, [[7, 100]])
    for (const netuid of [1, 2]) {
      addSubnet(context, netuid, {})
      addStakeOf(context, netuid, 7, 10n ** 12n)
    }
    const read = vi.spyOn(context.state, 'get')
    const entries = Array.from({ length: 30 }, (_, at) => ({
      netuid: 1 + (at % 2),
      commitHash: 'ab'.repeat(32),
    }))
    expect(errorOf(context, 7, 'batchCommitWeights', { entries })).toBeNull()
    expect(context.events.filter(({ name }) => name === 'BatchWeightItemFailed')).toHaveLength(30)
    expect(read.mock.calls.filter(([table]) => (table as unknown) === stakes)).toHaveLength(4)
  })
})
