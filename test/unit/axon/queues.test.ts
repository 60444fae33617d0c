import { describe, expect, it } from 'vitest'
import { HelloStack } from '../../../src/axon/session/HelloStack.js'
import { UnauthenticatedChannels } from '../../../src/axon/session/UnauthenticatedChannels.js'
import { VirtualClock } from '../../../src/clock/index.js'
import type { Channel } from '../../../src/transport/index.js'

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
