import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../src/clock/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { type Fault, faultyNetwork, type PeerLife, type Stoppable } from '../../../../src/testing/index.js'
import { type Channel, UnreachableError } from '../../../../src/transport/index.js'

const address = { host: '10.0.0.1', port: 9_000 }
const limits = { maxFrameBytes: 1_000 }

interface Seen {
  readonly life: PeerLife
  readonly channels: Channel[]
  readonly closes: number[]
  stops: number
}

async function lab(faults: readonly Fault[] = []) {
  const clock = new VirtualClock()
  const network = faultyNetwork({ seed: 'lives', clock, faults })
  const lives: Seen[] = []
  const start = async (life: PeerLife): Promise<Stoppable> => {
    const seen: Seen = { life, channels: [], closes: [], stops: 0 }
    lives.push(seen)
    const listener = await life.carrier.listen({
      ...address,
      ...limits,
      maxConnections: 8,
      onChannel: (channel) => {
        seen.channels.push(channel)
        channel.receive({ onFrame: () => {}, onClose: (code) => seen.closes.push(code) })
      },
    })
    return {
      async stop() {
        seen.stops++
        await listener.close()
        for (const channel of seen.channels) channel.close(1_001)
      },
    }
  }
  const run = await network.run('server', start)
  const closes: (readonly [atMs: number, code: number])[] = []
  const dial = async (): Promise<Channel> => {
    const channel = await network.peer('client').carrier.dial(address, limits)
    channel.receive({ onFrame: () => {}, onClose: (code) => closes.push([clock.now(), code]) })
    return channel
  }
  return { clock, network, lives, run, dial, closes }
}

describe('a peer that the network runs', () => {
  test.each([
    ['stop', [[100, 1_001]], [1_001]],
    ['reset', [[100, 1_006]], [1_006]],
    ['powerLoss', [], [1_006]],
  ] as const)('goes down by %s, and comes back at its address', async (how, told, itself) => {
    const { clock, network, lives, run, dial, closes } = await lab([
      { kind: 'restart', peer: 'server', atMs: 100, downMs: 50, how },
    ])
    await dial()
    await clock.run({ untilMs: 120 })
    expect(run.isUp).toBe(false)
    await expect(dial()).rejects.toBeInstanceOf(UnreachableError)
    expect(closes).toEqual(told)
    expect(lives[0]).toMatchObject({ closes: itself, stops: 1 })
    await clock.run({ untilMs: 150 })
    expect(run.isUp).toBe(true)
    expect(run.life).toBe(lives[1]?.life)
    await dial()
    expect(network.counters.restarts).toBe(1)
    await run.stop()
    expect(lives[1]?.stops).toBe(1)
    network.close()
    await clock.run()
    expect([network.connectionCount, clock.pendingTimers]).toEqual([0, 0])
  })

  test('is dead when it is dead: what is left of a life reaches nobody', async () => {
    const { clock, lives, run, dial } = await lab()
    await dial()
    const [first] = lives
    const restarting = run.restart()
    await clock.run()
    await restarting
    await expect(first!.life.carrier.dial(address, limits)).rejects.toBeInstanceOf(UnreachableError)
    expect(lives).toHaveLength(2)
  })

  test.each([
    ['nothing', true, 0],
    ['memory', false, 0],
    ['key', true, 1],
    ['both', false, 1],
  ] as const)('loses %s', async (loses, isKept, keyNumber) => {
    const { clock, run } = await lab()
    run.life.memory.set('nonce', 7)
    const restarting = run.restart({ downMs: 10, loses })
    await clock.run()
    await restarting
    expect(run.life).toMatchObject({ number: 1, keyNumber, name: 'server' })
    expect(run.life.memory.has('nonce')).toBe(isKept)
  })

  test('is restarted once when two ask at a time, and not at all once it is stopped', async () => {
    const { clock, lives, run } = await lab()
    const both = Promise.all([run.restart({ downMs: 10 }), run.restart({ downMs: 90 })])
    await clock.run()
    await both
    expect([clock.now(), lives.length]).toEqual([10, 2])
    const third = run.restart({ downMs: 10 })
    await run.stop()
    await third
    await run.restart()
    expect(lives).toHaveLength(2)
  })

  test('says at its end why a restart that a fault asked for failed', async () => {
    const clock = new VirtualClock()
    const network = faultyNetwork({
      seed: '',
      clock,
      faults: [{ kind: 'restart', peer: 'server', atMs: 5, downMs: 0 }],
    })
    const broken = new RangeError('no disk')
    const run = await network.run('server', async ({ number }) => {
      if (number > 0) throw broken
      return { stop: async () => {} }
    })
    await clock.run()
    expect(run.isUp).toBe(false)
    await expect(run.stop()).rejects.toBe(broken)
  })

  test('has a name of its own', async () => {
    const { network } = await lab()
    const again = network.run('server', async () => ({ stop: async () => {} }))
    await expect(again).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(
      network.run('x', (async () => Promise.reject(new RangeError('no'))) as never),
    ).rejects.toThrow('no')
    await network.run('x', async () => ({ stop: async () => {} }))
  })
})
