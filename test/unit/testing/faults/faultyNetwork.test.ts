import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../src/clock/index.js'
import { AbortedError, InvalidArgumentError } from '../../../../src/errors/index.js'
import { type Fault, type FaultyNetwork, faultyNetwork } from '../../../../src/testing/index.js'
import { type Channel, type Listener, UnreachableError } from '../../../../src/transport/index.js'

/** What an end of a channel heard, with the time of each. */
class Heard {
  readonly frames: (readonly [atMs: number, first: number | undefined])[] = []
  readonly closes: (readonly [atMs: number, code: number])[] = []
  drains = 0
  readonly channel: Channel

  constructor(channel: Channel, clock: VirtualClock) {
    this.channel = channel
    channel.receive({
      onFrame: (frame) => this.frames.push([clock.now(), frame[0]]),
      onClose: (code) => this.closes.push([clock.now(), code]),
      onDrain: () => this.drains++,
    })
  }

  say(...firsts: number[]): void {
    for (const first of firsts) this.channel.send(Uint8Array.of(first))
  }
}

interface Pair {
  readonly clock: VirtualClock
  readonly network: FaultyNetwork
  readonly dialler: Heard
  readonly listener: Heard
  readonly bound: Listener
}

const limits = { maxFrameBytes: 1_000_000 }

/** Two peers, `a` and `b`, and a connection from `a` to `b`. */
async function pair(faults: readonly Fault[] = [], seed = 'pair'): Promise<Pair> {
  const clock = new VirtualClock()
  const network = faultyNetwork({ seed, clock, faults })
  let far: Channel | undefined
  const bound = await network.peer('b').carrier.listen({
    host: '10.0.0.1',
    port: 0,
    ...limits,
    maxConnections: 8,
    onChannel: (channel) => {
      far = channel
    },
  })
  let near: Channel | undefined
  void network
    .peer('a')
    .carrier.dial(bound.address, limits)
    .then((channel) => {
      near = channel
    })
  await clock.run({ until: () => near !== undefined })
  return { clock, network, bound, dialler: new Heard(near!, clock), listener: new Heard(far!, clock) }
}

describe('faultyNetwork', () => {
  test('without faults carries frames both ways, at once and in order', async () => {
    const { clock, network, dialler, listener } = await pair()
    dialler.say(1, 2, 3)
    listener.say(4)
    await clock.run()
    expect(listener.frames).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ])
    expect(dialler.frames).toEqual([[0, 4]])
    expect(network.counters).toMatchObject({ framesSent: 4, framesLost: 0, framesDelayed: 0, dials: 1 })
    dialler.channel.close(1_000)
    await clock.run()
    expect([dialler.closes, listener.closes]).toEqual([[[0, 1_000]], [[0, 1_000]]])
    expect(network.connectionCount).toBe(0)
  })

  test('delays frames, closes and dials, and keeps their order whatever the jitter', async () => {
    const { clock, dialler, listener } = await pair([
      { kind: 'delay', delayMs: 10, direction: 'toListener' },
      { kind: 'delay', delayMs: 5, direction: 'toDialler' },
    ])
    expect(clock.now()).toBe(15)
    dialler.say(1)
    listener.say(2)
    await clock.run()
    expect(listener.frames).toEqual([[25, 1]])
    expect(dialler.frames).toEqual([[20, 2]])
    dialler.channel.close(1_001)
    await clock.run()
    expect(listener.closes).toEqual([[35, 1_001]])

    const jittery = await pair([{ kind: 'delay', delayMs: 0, jitterMs: 100 }])
    jittery.dialler.say(...Array.from({ length: 50 }, (_, at) => at))
    await jittery.clock.run()
    const { frames } = jittery.listener
    expect(frames.map(([, first]) => first)).toEqual(Array.from({ length: 50 }, (_, at) => at))
    expect(new Set(frames.map(([atMs]) => atMs)).size).toBeGreaterThan(3)
  })

  test('drips: a frame takes as long as its bytes, one after the other, and the sender sees them wait', async () => {
    const { clock, dialler, listener } = await pair([{ kind: 'drip', bytesPerSecond: 100_000 }])
    for (const first of [1, 2]) dialler.channel.send(new Uint8Array(50_000).fill(first))
    expect(dialler.channel.bufferedBytes).toBe(100_000)
    await clock.run()
    expect(listener.frames).toEqual([
      [500, 1],
      [1_000, 2],
    ])
    expect(dialler.channel.bufferedBytes).toBe(0)
    // It fell to the low-water mark of 65,536 once.
    expect(dialler.drains).toBe(1)
  })

  test('loses, repeats and alters as many frames as chance has it, the same for the same seed', async () => {
    const faults: readonly Fault[] = [
      { kind: 'loss', chance: 0.2 },
      { kind: 'repeat', chance: 0.2 },
      { kind: 'alter', chance: 0.2 },
    ]
    const history = async (seed: string) => {
      const { clock, network, dialler, listener } = await pair(faults, seed)
      dialler.say(...Array<number>(500).fill(0))
      await clock.run()
      return { frames: listener.frames, counters: network.counters }
    }
    const { frames, counters } = await history('one')
    expect(frames).toHaveLength(500 - counters.framesLost + counters.framesRepeated)
    for (const many of [counters.framesLost, counters.framesRepeated, counters.framesAltered]) {
      expect(many).toBeGreaterThan(50)
      expect(many).toBeLessThan(150)
    }
    expect(frames.some(([, first]) => first !== 0)).toBe(true)
    expect(await history('one')).toEqual({ frames, counters })
    expect((await history('two')).frames).not.toEqual(frames)
  })

  test('decides about each fault by itself: others make no difference to it', async () => {
    const loss: Fault = { kind: 'loss', chance: 0.5 }
    const arrived = async (faults: readonly Fault[]) => {
      const { clock, dialler, listener } = await pair(faults)
      dialler.say(...Array.from({ length: 100 }, (_, at) => at))
      await clock.run()
      return listener.frames.map(([, first]) => first)
    }
    expect(await arrived([{ kind: 'delay', delayMs: 3, jitterMs: 4 }, loss])).toEqual(await arrived([loss]))
  })

  test('is silent: nothing gets through, nobody is told, and all arrives when it is over', async () => {
    const { clock, network, dialler, listener } = await pair([{ kind: 'silence', fromMs: 10, untilMs: 100 }])
    await clock.run({ untilMs: 20 })
    dialler.say(1, 2)
    listener.channel.close(1_000)
    await clock.run({ untilMs: 90 })
    expect([listener.frames, dialler.closes]).toEqual([[], []])
    expect(listener.closes).toEqual([[20, 1_000]])
    await clock.run()
    expect(dialler.closes).toEqual([[100, 1_000]])

    network.setFaults([{ kind: 'silence' }])
    const dialled = network
      .peer('a')
      .carrier.dial({ host: '10.0.0.1', port: 49_152 }, { ...limits, timeoutMs: 50 })
    const refused = expect(dialled).rejects.toBeInstanceOf(UnreachableError)
    const stopping = new AbortController()
    const given = network
      .peer('a')
      .carrier.dial({ host: '10.0.0.1', port: 49_152 }, { ...limits, signal: stopping.signal })
    const aborted = expect(given).rejects.toBeInstanceOf(AbortedError)
    clock.setTimer(() => stopping.abort(), 20)
    await clock.run()
    await refused
    await aborted
    expect(clock.now()).toBe(150)
    expect(clock.pendingTimers).toBe(0)
  })

  test('lets what is parked go on when faults are taken away', async () => {
    const { clock, network, dialler, listener } = await pair()
    network.setFaults([{ kind: 'silence', dialler: 'a' }])
    dialler.say(7)
    await clock.run({ untilMs: 1_000 })
    expect(listener.frames).toEqual([])
    network.setFaults([])
    await clock.run()
    expect(listener.frames).toEqual([[1_000, 7]])
  })

  test('cuts right after a frame, and tells both, one or nobody', async () => {
    const frames: { [told: string]: unknown } = {}
    for (const told of ['both', 'dialler', 'listener', 'nobody'] as const) {
      const { clock, network, dialler, listener } = await pair([
        { kind: 'cut', afterFrame: 2, direction: 'toListener', told },
      ])
      dialler.say(1, 2, 3)
      await clock.run()
      listener.say(4)
      await clock.run()
      expect(listener.frames).toEqual([
        [0, 1],
        [0, 2],
      ])
      expect(dialler.frames).toEqual([])
      expect(network.counters.cuts).toBe(1)
      frames[told] = [dialler.closes.length, listener.closes.length, network.connectionCount]
      // Who was not told gives it up in the end.
      dialler.channel.close(4_408)
      listener.channel.close(4_408)
      await clock.run()
      expect(dialler.closes).toEqual([[0, told === 'both' || told === 'dialler' ? 1_006 : 4_408]])
      expect(listener.closes).toEqual([[0, told === 'both' || told === 'listener' ? 1_006 : 4_408]])
      expect(network.connectionCount).toBe(0)
    }
    expect(frames).toEqual({ both: [1, 1, 0], dialler: [1, 0, 1], listener: [0, 1, 1], nobody: [0, 0, 1] })
  })

  test('cuts before the first frame, the connection of that number only', async () => {
    const { clock, network, dialler, bound } = await pair([
      { kind: 'cut', afterFrame: 0, direction: 'toDialler', connection: 0 },
    ])
    await clock.run()
    expect(dialler.closes).toEqual([[0, 1_006]])
    const second = new Heard(await network.peer('a').carrier.dial(bound.address, limits), clock)
    second.say(1)
    await clock.run()
    expect(second.closes).toEqual([])
  })

  test('holds bytes that are sent into a connection that is half open', async () => {
    const { dialler, network } = await pair()
    network.cut({ dialler: 'a', listener: 'b' }, 'listener')
    dialler.channel.send(new Uint8Array(70_000))
    expect(dialler.channel.bufferedBytes).toBe(70_000)
    network.cut({ dialler: 'nobody' })
    expect(network.counters.cuts).toBe(1)
  })

  test('refuses dials between the peers that are named, for the time that is named', async () => {
    const { clock, network, bound } = await pair([
      { kind: 'refuse', dialler: 'a', listener: 'b', fromMs: 5, untilMs: 10 },
    ])
    const dial = (name: string) => network.peer(name).carrier.dial(bound.address, limits)
    await clock.run({ untilMs: 5 })
    await expect(dial('a')).rejects.toBeInstanceOf(UnreachableError)
    await dial('c')
    await clock.run({ untilMs: 10 })
    await dial('a')
    expect(network.counters.dialsRefused).toBe(1)
  })

  test('skews the clock of a peer, its timers with it', async () => {
    const clock = new VirtualClock({ startMs: 1_000 })
    const network = faultyNetwork({
      seed: '',
      clock,
      faults: [{ kind: 'skew', peer: 'a', offsetMs: -400, ratePpm: 250_000 }],
    })
    const skewed = network.peer('a').clock
    expect(skewed.now()).toBe(850)
    expect(network.peer('b').clock.now()).toBe(1_000)
    let fired = 0
    skewed.setTimer(() => {
      fired = clock.now()
    }, 100)
    await clock.run()
    // 100 ms of a clock that runs a quarter too fast.
    expect(fired).toBe(1_080)
    expect(skewed.now()).toBe(950)
    network.setFaults([])
    expect(skewed.now()).toBe(1_080)
  })

  test('keeps to the limits of the listener', async () => {
    const { clock, dialler, listener } = await pair()
    dialler.channel.send(new Uint8Array(limits.maxFrameBytes + 1))
    await clock.run()
    expect([dialler.closes, listener.closes]).toEqual([[[0, 1_009]], [[0, 1_009]]])
  })

  test.each([
    [[{ kind: 'lost' }], 'faults[0].kind'],
    [[{ kind: 'refuse' }, { kind: 'loss', chance: 2 }], 'faults[1].chance'],
    [[{ kind: 'refuse', chance: 1 }], 'faults[0].chance'],
    [[{ kind: 'cut', afterFrame: -1, direction: 'toDialler' }], 'faults[0].afterFrame'],
    [[{ kind: 'restart', peer: 'a', atMs: 0 }], 'faults[0].downMs'],
  ])('refuses %j, naming %s, before anything changes', async (faults, field) => {
    const { network } = await pair([{ kind: 'delay', delayMs: 1 }])
    const setting = (): void => network.setFaults(faults as unknown as Fault[])
    expect(setting).toThrow(InvalidArgumentError)
    expect(setting).toThrow(field)
    expect(network.faults).toEqual([{ kind: 'delay', delayMs: 1 }])
    expect(() =>
      faultyNetwork({ seed: '', clock: new VirtualClock(), faults: faults as unknown as Fault[] }),
    ).toThrow(field)
  })
})
