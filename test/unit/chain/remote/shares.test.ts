import { describe, expect, test } from 'vitest'
import { AnswerLane } from '../../../../src/chain/remote/AnswerLane.js'
import { FairShare } from '../../../../src/chain/remote/FairShare.js'
import { Pacer } from '../../../../src/chain/remote/Pacer.js'
import { UnreadWatch } from '../../../../src/chain/remote/UnreadWatch.js'
import { type Clock, VirtualClock } from '../../../../src/clock/index.js'

describe('FairShare', () => {
  const shareOf = (max: number): FairShare<string> => {
    const share: FairShare<string> = new FairShare(max, (holder) => share.giveBack(holder, 1))
    return share
  }

  test('takes and gives back while there is room', () => {
    const share = shareOf(3)
    expect([share.take('a', 2), share.take('b', 1)]).toEqual([true, true])
    share.giveBack('a', 1)
    expect([share.total, share.of('a'), share.of('b'), share.of('c')]).toEqual([2, 1, 1, 0])
  })

  test('lets one who has less take from one who has most', () => {
    const share = shareOf(4)
    share.take('greedy', 4)
    expect(share.take('late', 1)).toBe(true)
    expect(share.take('late', 1)).toBe(true)
    expect([share.of('greedy'), share.of('late'), share.total]).toEqual([2, 2, 4])
  })

  test('lets nobody have more than another gives up', () => {
    const share = shareOf(4)
    share.take('a', 2)
    share.take('b', 2)
    expect([share.take('a', 1), share.take('c', 2), share.take('c', 1)]).toEqual([false, false, true])
    expect(share.total).toBe(4)
  })

  test('takes nothing when the one who has most keeps it', () => {
    const share = new FairShare<string>(2, () => {})
    share.take('a', 2)
    expect(share.take('b', 1)).toBe(false)
    expect([share.of('a'), share.of('b')]).toEqual([2, 0])
  })

  test('says who holds most', () => {
    const share = shareOf(10)
    expect(share.largest()).toBeUndefined()
    share.set('a', 2)
    share.set('b', 20)
    share.set('a', 0)
    expect([share.largest(), share.total]).toEqual(['b', 20])
  })
})

describe('Pacer', () => {
  test('does what a turn has time for, and the rest later in order', async () => {
    let nowMs = 0
    const clock = new VirtualClock()
    const slow: Clock = {
      now: () => nowMs,
      setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
      hold: (work) => work(),
    }
    const pacer = new Pacer(slow)
    const done: number[] = []
    for (let i = 0; i < 5; i++) {
      pacer.do(() => {
        nowMs += 6
        done.push(i)
      })
    }
    expect(done).toEqual([0, 1])
    await clock.run()
    expect(done).toEqual([0, 1, 2, 3, 4])
  })
})

describe('AnswerLane', () => {
  test('makes two answers at once and none without room', async () => {
    let hasRoom = true
    const lane = new AnswerLane({ pacer: new Pacer(new VirtualClock()), hasRoom: () => hasRoom })
    const made: number[] = []
    const ends: (() => void)[] = []
    for (let id = 0; id < 6; id++) {
      lane.add(id, () => {
        made.push(id)
        return new Promise<void>((resolve) => ends.push(resolve))
      })
    }
    expect(made).toEqual([0, 1])
    lane.remove(2)
    hasRoom = false
    for (const end of ends.splice(0)) end()
    await new Promise((resolve) => setImmediate(resolve))
    expect(made).toEqual([0, 1])
    hasRoom = true
    lane.goOn()
    expect(made).toEqual([0, 1, 3, 4])
    lane.clear()
    for (const end of ends.splice(0)) end()
    await new Promise((resolve) => setImmediate(resolve))
    expect(made).toEqual([0, 1, 3, 4])
  })
})

describe('UnreadWatch', () => {
  const scene = () => {
    const clock = new VirtualClock()
    const state = { unread: 0, stuckAtMs: -1 }
    const watch = new UnreadWatch({
      clock,
      unreadMs: 1_000,
      unreadBytes: () => state.unread,
      onStuck: () => {
        state.stuckAtMs = clock.now()
      },
    })
    return { clock, state, watch }
  }

  test('names a peer that reads nothing', async () => {
    const { clock, state, watch } = scene()
    state.unread = 500_000
    watch.sent(500_000)
    await clock.run()
    expect(state.stuckAtMs).toBe(1_000)
  })

  test('names a peer that reads a little now and then', async () => {
    const { clock, state, watch } = scene()
    state.unread = 500_000
    watch.sent(500_000)
    clock.setTimer(() => {
      state.unread -= 60_000
    }, 500)
    await clock.run()
    expect(state.stuckAtMs).toBe(1_000)
  })

  test('leaves a slow reader alone that reads enough', async () => {
    const { clock, state, watch } = scene()
    state.unread = 500_000
    watch.sent(500_000)
    for (let at = 500; at < 7_000; at += 1_000) {
      clock.setTimer(() => {
        state.unread = Math.max(0, state.unread - 80_000)
      }, at)
    }
    await clock.run()
    expect(state.stuckAtMs).toBe(-1)
  })

  test('sets no timer for one that reads at once', async () => {
    const { clock, state, watch } = scene()
    state.unread = 60_000
    watch.sent(60_000)
    await clock.run()
    expect([clock.now(), state.stuckAtMs]).toEqual([0, -1])
  })
})
