import { describe, expect, it } from 'vitest'
import {
  activityCutoffBlocks,
  blocksUntilNextEpoch,
  type EpochSchedule,
  firstLastEpochBlock,
  isEpochDue,
  nextEpochBlock,
  takeEpochTurns,
} from '../../../src/emission/index.js'

const schedule = (changes: Partial<EpochSchedule> = {}): EpochSchedule => ({
  tempoBlocks: 10,
  lastEpochBlock: 100,
  pendingEpochAtBlock: 0,
  blocksSinceLastStep: 3,
  ...changes,
})

describe('isEpochDue', () => {
  it('comes every tempo, counted from the last epoch', () => {
    expect(isEpochDue(schedule(), 109)).toBe(false)
    expect(isEpochDue(schedule(), 110)).toBe(true)
  })

  it('comes at a pending block, and never without a tempo', () => {
    expect(isEpochDue(schedule({ pendingEpochAtBlock: 103 }), 102)).toBe(false)
    expect(isEpochDue(schedule({ pendingEpochAtBlock: 103 }), 103)).toBe(true)
    expect(isEpochDue(schedule({ pendingEpochAtBlock: 103, tempoBlocks: 0 }), 200)).toBe(false)
  })

  it('comes when none ran for more than 50,400 blocks', () => {
    const long = { tempoBlocks: 60_000, lastEpochBlock: 0 }
    expect(isEpochDue(schedule({ ...long, blocksSinceLastStep: 50_400 }), 50_400)).toBe(false)
    expect(isEpochDue(schedule({ ...long, blocksSinceLastStep: 50_401 }), 50_401)).toBe(true)
  })
})

describe('nextEpochBlock and blocksUntilNextEpoch', () => {
  it('name the earlier of schedule and trigger, and the schedule alone', () => {
    expect(nextEpochBlock(schedule())).toBe(110)
    expect(nextEpochBlock(schedule({ pendingEpochAtBlock: 104 }))).toBe(104)
    expect(blocksUntilNextEpoch(schedule({ pendingEpochAtBlock: 104 }), 103)).toBe(7)
    expect(blocksUntilNextEpoch(schedule(), 500)).toBe(0)
  })

  it('answer null without a tempo', () => {
    expect(nextEpochBlock(schedule({ tempoBlocks: 0 }))).toBeNull()
    expect(blocksUntilNextEpoch(schedule({ tempoBlocks: 0 }), 5)).toBeNull()
  })
})

describe('activityCutoffBlocks', () => {
  it('scales with the tempo and is at least one block', () => {
    expect(activityCutoffBlocks(13_889, 360)).toBe(5_000)
    expect(activityCutoffBlocks(1_000, 0)).toBe(1)
  })
})

describe('firstLastEpochBlock', () => {
  it('spreads subnets over a tempo', () => {
    expect([1, 2, 10, 13].map((netuid) => firstLastEpochBlock(50, netuid, 10))).toEqual([49, 48, 50, 47])
    expect(firstLastEpochBlock(2, 9, 10)).toBe(0)
    expect(firstLastEpochBlock(50, 3, 0)).toBe(50)
  })
})

describe('takeEpochTurns', () => {
  const due = { schedule: schedule(), isConsistent: true }

  it('runs at most the given number of epochs and defers the rest by one block', () => {
    const turns = takeEpochTurns([due, due, due], 110, 2)
    expect(turns.map(({ turn }) => turn)).toEqual(['runs', 'runs', 'deferred'])
    expect(turns[0]!.schedule).toEqual(schedule({ lastEpochBlock: 110, blocksSinceLastStep: 0 }))
    expect(turns[2]!.schedule).toEqual(schedule({ pendingEpochAtBlock: 111, blocksSinceLastStep: 4 }))
    expect(isEpochDue(turns[2]!.schedule, 111)).toBe(true)
  })

  it('lets the turn of an inconsistent subnet pass without counting it', () => {
    const turns = takeEpochTurns([{ ...due, isConsistent: false }, due], 110, 1)
    expect(turns.map(({ turn }) => turn)).toEqual(['skipped', 'runs'])
    expect(turns[0]!.schedule).toEqual(schedule({ lastEpochBlock: 110, blocksSinceLastStep: 4 }))
  })

  it('only counts a block for a subnet that is not due', () => {
    expect(takeEpochTurns([due], 105, 2)).toEqual([
      { turn: 'notDue', schedule: schedule({ blocksSinceLastStep: 4 }) },
    ])
  })
})
