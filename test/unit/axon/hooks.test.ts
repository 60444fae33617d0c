import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type FaultEvent } from '../../../src/axon/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import type { Logger } from '../../../src/log/index.js'
import { defineSynapse, packValue } from '../../../src/synapse/index.js'
import { connectSession, createMemoryNetwork, generateNoiseKeyPair } from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An axon that echoes, somebody to call it, and what it says. */
async function scene(options: Partial<AxonOptions>, answer: (request: unknown) => unknown = (x) => x) {
  const carrier = createMemoryNetwork()
  const lines: string[] = []
  const say = (_fields: object, message: string): void => void lines.push(message)
  const logger: Logger = { debug: say, info: say, warn: say, error: say }
  const axon = new Axon({ signer: alice, carrier, logger, ...options })
  axon.handle(echo, answer)
  const faults: FaultEvent[] = []
  axon.on('fault', (event) => faults.push(event))
  await axon.start()
  const dendrite = new Dendrite({ signer: bob, carrier })
  const target = { hotkey: axon.hotkey, ...axon.address }
  closing.push(
    () => dendrite.close(),
    () => axon.stop(),
  )
  const call = (request: unknown, timeoutMs = 5_000) => dendrite.call(echo, target, request, { timeoutMs })
  const open = async () => {
    const channel = await carrier.dial(axon.address, { maxFrameBytes: 1 << 20 })
    const staticKey = generateNoiseKeyPair()
    const session = await connectSession(channel, { signer: bob, staticKey, hotkey: axon.hotkey })
    session.receive({ onMessage: () => {}, onClose: () => {} })
    return session
  }
  return { axon, faults, lines, call, open, target, dendrite }
}

type Hook = (...args: unknown[]) => never

/** What neither lets in nor turns away. */
const nonsense: [string, () => unknown][] = [
  ['undefined', () => undefined],
  ['a promise of undefined', async () => undefined],
  ['null', () => null],
  ['0', () => 0],
  ['1', () => 1],
  ['empty text', () => ''],
  ['text', () => 'no'],
  ['a promise of text', async () => 'no'],
  ['an object', () => ({})],
  ['a promise of an object', async () => ({ ok: true })],
  ['a Boolean object', () => Object(true)],
  ['a throw of nothing', () => Promise.reject(undefined)],
  ['a rejection', () => Promise.reject(new TypeError('no'))],
]

describe('hooks', () => {
  it.each(nonsense)('blacklist giving %s refuses, and is told', async (_, hook) => {
    const { axon, faults, lines, call } = await scene({ blacklist: hook as Hook })
    expect([(await call(1)).status, (await call(2)).status]).toEqual(['forbidden', 'forbidden'])
    expect(axon.counters.refused).toEqual({ blacklisted: 2 })
    expect(faults.map(({ part, synapse }) => [part, synapse])).toEqual([
      ['blacklist', 'echo'],
      ['blacklist', 'echo'],
    ])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/blacklist/)
  })

  it.each(nonsense)('verify giving %s refuses, and is told', async (_, hook) => {
    const { axon, faults, lines, call } = await scene({ verify: hook as Hook })
    expect((await call(1)).status).toBe('forbidden')
    expect(axon.counters.refused).toEqual({ notVerified: 1 })
    expect(faults).toMatchObject([{ part: 'verify', synapse: 'echo', caller: bob.address }])
    expect(lines).toHaveLength(1)
  })

  it.each([
    ['NaN', () => Number.NaN],
    ['undefined', () => undefined],
    ['text', () => '5'],
    ['a bigint', () => 5n],
    ['a promise', async () => 5],
    ['a rejection', () => Promise.reject(new TypeError('no'))],
  ])('priority giving %s refuses, and is told', async (_, hook) => {
    const { axon, faults, lines, call } = await scene({ priority: hook as Hook })
    expect((await call(1)).status).toBe('forbidden')
    expect(axon.counters.refused).toEqual({ noPriority: 1 })
    expect(faults).toMatchObject([{ part: 'priority', cause: { code: 'HookResult', hook: 'priority' } }])
    expect(lines).toHaveLength(1)
  })

  it('a clear yes admits and a clear no is no fault', async () => {
    const { faults, lines, call } = await scene({
      blacklist: ({ request }) => request === 13,
      verify: async ({ request }) => request !== 14,
      priority: () => Number.POSITIVE_INFINITY,
    })
    const statuses = [(await call(1)).status, (await call(13)).status, (await call(14)).status]
    expect(statuses).toEqual(['ok', 'forbidden', 'forbidden'])
    expect([faults, lines]).toEqual([[], []])
  })

  it('see who calls, which synapse, and what is asked', async () => {
    const seen: unknown[] = []
    const see = <T>(answer: T) => {
      return (call: unknown): T => {
        seen.push(call)
        return answer
      }
    }
    const { call } = await scene({ blacklist: see(false), verify: see(true), priority: see(0) })
    expect((await call({ n: 1 })).status).toBe('ok')
    const info = {
      hotkey: bob.address,
      bodySigned: true,
      synapse: 'echo',
      remote: expect.any(String),
      request: { n: 1 },
    }
    expect(seen).toEqual([info, info, info])
  })
})

describe('hooks of a synapse', () => {
  it('decide alone, and leave to the axon’s what they do not decide', async () => {
    const { axon, call, target, dendrite } = await scene({
      blacklist: () => true,
      verify: ({ request }) => request !== 13,
    })
    const open = defineSynapse({ name: 'open', request: z.unknown(), answer: z.unknown() })
    axon.handle(open, (x) => x, { blacklist: () => false })
    const statusOf = async (request: number) => (await dendrite.call(open, target, request)).status
    expect([await statusOf(1), await statusOf(13), (await call(1)).status]).toEqual([
      'ok',
      'forbidden',
      'forbidden',
    ])
    expect(axon.counters.refused).toEqual({ notVerified: 1, blacklisted: 1 })
  })

  it('are told by name of the synapse when they fail', async () => {
    const { axon, faults, target, dendrite } = await scene({})
    const odd = defineSynapse({ name: 'odd', request: z.unknown(), answer: z.unknown() })
    axon.handle(odd, (x) => x, { priority: () => Number.NaN })
    expect((await dendrite.call(odd, target, 1)).status).toBe('forbidden')
    expect(faults).toMatchObject([{ part: 'priority', synapse: 'odd' }])
  })

  it('are looked at when they are given', async () => {
    const { axon } = await scene({})
    const odd = defineSynapse({ name: 'odd', request: z.unknown(), answer: z.unknown() })
    expect(() => axon.handle(odd, (x) => x, { blackList: () => true } as never)).toThrow('blacklist')
  })
})

describe('a hook that still runs', () => {
  it('holds its place when its call is cancelled, per caller and in total', async () => {
    let running = 0
    let most = 0
    const releases: (() => void)[] = []
    const { axon, open } = await scene({
      limits: { maxAdmitting: 3, maxAdmittingPerCaller: 2 },
      verify: async () => {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => releases.push(resolve))
        running--
        return true
      },
    })
    const session = await open()
    const cancelled = new Promise<void>((resolve) => {
      axon.on('failed', () => {
        if (axon.counters.failed.cancelled === 20) resolve()
      })
    })
    for (let id = 0; id < 20; id++) {
      session.send(packValue([1, id, false, 'echo', 60_000, 0, 'x']))
      session.send(packValue([2, id]))
    }
    await cancelled
    expect([most, axon.counters.callsAdmitting, axon.counters.callsOverrunning]).toEqual([2, 2, 2])
    for (const release of releases) release()
    await new Promise((resolve) => setImmediate(resolve))
    expect([running, axon.counters.callsAdmitting, axon.counters.callsOverrunning]).toEqual([0, 0, 0])
  })
})

describe('a handler that never ends', () => {
  it('is counted once its call is over, and named after a while', async () => {
    const clock = new VirtualClock()
    const { axon, faults, lines, call } = await scene(
      { clock, limits: { overrunMs: 700 } },
      () => new Promise(() => {}),
    )
    const result = call('hang', 100)
    while (axon.counters.callsRunning === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.run({ untilMs: 100 })
    expect(axon.counters).toMatchObject({ callsRunning: 1, callsOverrunning: 1 })
    expect(faults).toEqual([])
    await clock.run({ untilMs: 800 })
    expect(faults).toMatchObject([
      { part: 'handler', synapse: 'echo', caller: bob.address, cause: { code: 'Overrun', overrunMs: 700 } },
    ])
    expect(lines).toEqual([
      'The handler of echo still runs 700 ms after its call ended, and holds its place. ' +
        'End the work when context.signal aborts, and give whatever it waits for a time-out.',
    ])
    expect((await result).status).toBe('timeout')
  })

  it('is no fault when it heeds the signal', async () => {
    const clock = new VirtualClock()
    const { axon, faults } = await scene({ clock }, () => 1)
    const slow = defineSynapse({ name: 'slow', request: z.unknown(), answer: z.unknown() })
    axon.handle(slow, (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)))
    expect(faults).toEqual([])
  })
})

describe('a handler that fails', () => {
  it.each([
    ['throws', () => Promise.reject(new TypeError('broken')), /TypeError: broken/],
    ['throws nothing', () => Promise.reject(undefined), /undefined/],
    ['answers what cannot travel', () => new Set([new Map()]), /cannot travel/],
    ['answers too much', () => new Uint8Array(2 << 20), /exceeds the 1048576 bytes/],
  ])('that %s is told once, however often', async (_, answer, text) => {
    const { faults, lines, call } = await scene({}, answer)
    for (let i = 0; i < 3; i++) expect((await call(i)).status).toMatch(/failed|tooLarge/)
    expect(faults).toHaveLength(3)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(text)
  })
})

describe('the life of an axon', () => {
  const fresh = () => new Axon({ signer: alice, carrier: createMemoryNetwork() })

  it('start and an awaited stop end stopped', async () => {
    const axon = fresh()
    const started = axon.start()
    await axon.stop()
    expect(axon.state).toBe('stopped')
    await started
    expect(axon.state).toBe('stopped')
    await axon.start()
    await axon.stop()
  })

  it('a second stop waits for the first, and start works then', async () => {
    const { axon, open } = await scene({}, () => new Promise(() => {}))
    const session = await open()
    session.send(packValue([1, 0, false, 'echo', 60_000, 0, 1]))
    while (axon.counters.callsRunning === 0) await new Promise((resolve) => setImmediate(resolve))
    const first = axon.stop()
    session.close(1000)
    await axon.stop()
    expect(axon.state).toBe('stopped')
    await first
    await axon.start()
    expect(axon.state).toBe('running')
  })

  it('ten starts and stops at once leave it stopped, with one start heard', async () => {
    const axon = fresh()
    const starts = Array.from({ length: 10 }, () => axon.start())
    await Promise.all([...Array.from({ length: 10 }, () => axon.stop()), Promise.allSettled(starts)])
    expect(axon.state).toBe('stopped')
    const ends = await Promise.allSettled(starts)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('a start that fails while it is stopped leaves it stopped', async () => {
    const carrier = createMemoryNetwork()
    const first = new Axon({ signer: alice, carrier })
    await first.start()
    const second = new Axon({ signer: alice, carrier, ...first.address })
    const started = second.start()
    await second.stop()
    await expect(started).rejects.toMatchObject({ name: 'ListenError' })
    expect(second.state).toBe('stopped')
    await first.stop()
  })
})
