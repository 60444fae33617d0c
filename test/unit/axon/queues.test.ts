import { describe, expect, it } from 'vitest'
import { CallQueue } from '../../../src/axon/CallQueue.js'
import { HelloStack } from '../../../src/axon/session/HelloStack.js'
import { UnauthenticatedChannels } from '../../../src/axon/session/UnauthenticatedChannels.js'
import { VirtualClock } from '../../../src/clock/index.js'
import type { Channel } from '../../../src/transport/index.js'
import type { Hotkey } from '../../../src/units/index.js'

const roomy = { maxRunning: 2, maxRunningPerCaller: 2, maxQueued: 4, maxQueuedPerCaller: 4 }

function callOf(caller: string, priority: number, log: string[], name = `${caller}${priority}`) {
  return {
    caller: caller as Hotkey,
    priority,
    begin: () => log.push(`begin ${name}`),
    displaced: () => log.push(`displaced ${name}`),
  }
}

describe('CallQueue', () => {
  it('begins the highest priority first, equal ones in order', () => {
    const log: string[] = []
    const queue = new CallQueue({ ...roomy, maxRunning: 1 })
    const first = callOf('a', 0, log)
    queue.enter(first)
    for (const [priority, name] of [
      [1, 'x'],
      [5, 'y'],
      [1, 'z'],
    ] as const) {
      queue.enter(callOf('b', priority, log, name))
    }
    expect([queue.runningCount, queue.queuedCount]).toEqual([1, 3])
    for (let i = 0; i < 3; i++) queue.leave(i === 0 ? first : callOf('b', 0, log))
    expect(log).toEqual(['begin a0', 'begin y', 'begin x', 'begin z'])
  })

  it('lets another caller pass one that has all its places', () => {
    const log: string[] = []
    const queue = new CallQueue({ ...roomy, maxRunningPerCaller: 1 })
    const running = callOf('a', 0, log, 'a1')
    queue.enter(running)
    queue.enter(callOf('a', 9, log, 'a2'))
    queue.enter(callOf('b', 0, log, 'b1'))
    expect(log).toEqual(['begin a1', 'begin b1'])
    queue.leave(running)
    expect(log.at(-1)).toBe('begin a2')
  })

  it('refuses when it is full, unless lower priority can be displaced', () => {
    const log: string[] = []
    const queue = new CallQueue({ ...roomy, maxRunning: 1, maxQueued: 2 })
    for (const priority of [0, 3, 2]) expect(queue.enter(callOf('a', priority, log))).toBe(true)
    expect(queue.enter(callOf('a', 2, log))).toBe(false)
    expect(queue.enter(callOf('a', 4, log))).toBe(true)
    expect(log).toEqual(['begin a0', 'displaced a2'])
    expect(queue.queuedCount).toBe(2)
  })

  it('bounds what one caller may have waiting', () => {
    const log: string[] = []
    const queue = new CallQueue({ ...roomy, maxRunning: 1, maxQueuedPerCaller: 1 })
    expect([1, 2, 3].map(() => queue.enter(callOf('a', 0, log)))).toEqual([true, true, false])
    expect(queue.enter(callOf('b', 0, log))).toBe(true)
  })

  it('forgets a call that is withdrawn', () => {
    const log: string[] = []
    const queue = new CallQueue({ ...roomy, maxRunning: 1 })
    const running = callOf('a', 0, log)
    const waiting = callOf('a', 1, log)
    queue.enter(running)
    queue.enter(waiting)
    queue.withdraw(waiting)
    queue.withdraw(waiting)
    queue.leave(running)
    expect([log, queue.runningCount, queue.queuedCount]).toEqual([['begin a0'], 0, 0])
  })
})

describe('HelloStack', () => {
  it('answers the first at once, then one per turn, the newest first', async () => {
    const clock = new VirtualClock()
    const log: number[] = []
    const stack = new HelloStack(clock, 3)
    for (let i = 0; i < 5; i++) stack.push(() => log.push(i))
    expect(log).toEqual([0])
    expect(stack.size).toBe(3)
    await clock.run()
    // 1 was the oldest when a fourth came to wait, and fell out.
    expect(log).toEqual([0, 4, 3, 2])
    stack.push(() => log.push(9))
    expect(log.at(-1)).toBe(9)
  })
})

describe('UnauthenticatedChannels', () => {
  const channelOf = (remote: string): Channel => ({ remote, close: () => {} }) as unknown as Channel

  it('pushes out the oldest of the room that is full', () => {
    const out: string[] = []
    const rooms = new UnauthenticatedChannels(4, (channel) => out.push(channel.remote))
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(channelOf)
    rooms.add(a!)
    rooms.answered(a!)
    rooms.add(b!)
    rooms.add(c!)
    expect(rooms.size).toBe(3)
    rooms.add(d!)
    expect(out).toEqual(['b'])
    rooms.answered(c!)
    rooms.answered(d!)
    expect(out).toEqual(['b', 'a'])
    expect([rooms.remove(a!), rooms.remove(d!), rooms.remove(d!)]).toEqual([false, true, false])
    rooms.answered(b!)
    expect(rooms.size).toBe(1)
  })
})
