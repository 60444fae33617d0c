import { describe, expect, it } from 'vitest'
import {
  activityCutoffBlocks,
  blocksUntilNextEpoch,
  type EpochSchedule,
  firstLastEpochBlock,
  isEpochDue,
  nextEpochBlock,
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
