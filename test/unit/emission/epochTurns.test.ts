import { describe, expect, it } from 'vitest'
import { type EpochClocks, takeEpochTurns, takeEpochTurnsUnchecked } from '../../../src/emission/index.js'

/** Three subnets of tempo 10 whose last epoch was in block 100. */
const clocks = () => ({
  tempoBlocks: Uint16Array.of(10, 10, 10),
  lastEpochBlock: Float64Array.of(100, 100, 100),
  pendingEpochAtBlock: Float64Array.of(0, 0, 0),
  blocksSinceLastStep: Float64Array.of(3, 3, 3),
})

describe('takeEpochTurns', () => {
  it('runs what did not run for longer than a tempo, and counts no further, where the net is at the tempo', () => {
    const late = (): EpochClocks => ({
      tempoBlocks: [10, 10],
      lastEpochBlock: [105, 105],
      pendingEpochAtBlock: [0, 0],
      blocksSinceLastStep: [10, 9],
    })
    // Their last epochs were skipped: by the schedule they are due at block 115.
    const wide = late()
    expect(takeEpochTurns(wide, [0, 1], 110, 2).runs).toEqual([])
    expect([...(wide.blocksSinceLastStep as number[])]).toEqual([11, 10])
    const atTempo = late()
    expect(takeEpochTurns(atTempo, [0, 1], 110, 0, true)).toEqual({ runs: [], deferred: [0] })
    expect([...(atTempo.blocksSinceLastStep as number[])]).toEqual([11, 10])
    expect(takeEpochTurns(atTempo, [0, 1], 111, 2, true).runs).toEqual([0, 1])
    const capped = { ...late(), blocksSinceLastStep: [500, 11] }
    takeEpochTurns(capped, [0, 1], 106, 0, true)
    expect(capped.blocksSinceLastStep).toEqual([11, 11])
    expect(() => takeEpochTurns(late(), [0], 110, 2, 1 as never)).toThrow(/isNetAtTempo/)
  })

  it('runs at most the given number of epochs and defers the rest by one block', () => {
    const columns = clocks()
    expect(takeEpochTurns(columns, [0, 1, 2], 110, 2)).toEqual({ runs: [0, 1], deferred: [2] })
    expect(columns).toEqual({
      tempoBlocks: Uint16Array.of(10, 10, 10),
      lastEpochBlock: Float64Array.of(110, 110, 100),
      pendingEpochAtBlock: Float64Array.of(0, 0, 111),
      blocksSinceLastStep: Float64Array.of(0, 0, 4),
    })
    expect(takeEpochTurns(columns, [0, 1, 2], 111, 2)).toEqual({ runs: [2], deferred: [] })
  })

  it('takes turns in the order of the slots, and leaves other slots alone', () => {
    const columns = clocks()
    expect(takeEpochTurns(columns, [2, 0], 110, 1)).toEqual({ runs: [2], deferred: [0] })
    expect(columns.blocksSinceLastStep).toEqual(Float64Array.of(4, 3, 0))
  })

  it('only counts a block for a subnet that is not due', () => {
    const columns = clocks()
    expect(takeEpochTurns(columns, [0, 1, 2], 105, 2)).toEqual({ runs: [], deferred: [] })
    expect(columns).toEqual({ ...clocks(), blocksSinceLastStep: Float64Array.of(4, 4, 4) })
  })

  it('moves nothing when a clock or a slot is wrong', () => {
    const columns: EpochClocks = { ...clocks(), lastEpochBlock: [100, 100, -1] }
    expect(() => takeEpochTurns(columns, [0, 1, 2], 110, 2)).toThrow(/clocks\.lastEpochBlock\[2\]/)
    expect(() => takeEpochTurns(clocks(), [0, 0], 110, 2)).toThrow(/slots\[1\]/)
    expect(columns.blocksSinceLastStep).toEqual(Float64Array.of(3, 3, 3))
  })

  it('is what a ledger gets without the checks', () => {
    const [checked, unchecked] = [clocks(), clocks()]
    expect(takeEpochTurnsUnchecked(unchecked, [0, 1, 2], 110, 2)).toEqual(
      takeEpochTurns(checked, [0, 1, 2], 110, 2),
    )
    expect(unchecked).toEqual(checked)
  })
})
