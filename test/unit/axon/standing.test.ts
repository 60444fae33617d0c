import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type FaultEvent, type RefusedEvent } from '../../../src/axon/index.js'
import { RequestBytes } from '../../../src/axon/RequestBytes.js'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const keyNamed = (name: string): KeyPair => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })
const work = defineSynapse({ name: 'work', request: z.number(), answer: z.number() })
const validator = keyNamed('validator')

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  // Callers first: an axon lets calls in flight end.
  for (const close of closing.splice(0).reverse()) await close()
})

/** An axon on virtual time whose answers take as many milliseconds as they are asked to, and callers by name. */
async function scene(options: Partial<AxonOptions>, clock = new VirtualClock()) {
  const carrier = createMemoryNetwork({ clock })
  const axon = new Axon({
    signer: keyNamed('axon'),
    carrier,
    clock,
    logger: silentLogger,
    standing: (caller) => (caller === validator.address ? 5 : 0),
    ...options,
  })
  axon.handle(work, async (ms, { signal }) => {
    await sleep(clock, ms, signal)
    return ms
  })
  const refused: RefusedEvent[] = []
  const faults: FaultEvent[] = []
  axon.on('refused', (event) => refused.push(event))
  axon.on('fault', (event) => faults.push(event))
  await axon.start()
  closing.push(() => axon.stop())
  const target = { hotkey: axon.hotkey, ...axon.address }
  const ended: string[] = []
  /** What callers that were not answered were told about asking again. */
  const hintsMs: (number | undefined)[] = []
  const dendrites = new Map<string, Dendrite>()
  const call = (name: string, ms: number, timeoutMs = 1_000): Promise<unknown> => {
    const dendrite = dendrites.get(name) ?? new Dendrite({ signer: keyNamed(name), carrier, clock })
    dendrites.set(name, dendrite)
    closing.push(() => dendrite.close())
    return dendrite.call(work, target, ms, { timeoutMs }).then((result) => {
      ended.push(`${name} ${result.status} ${clock.now()}`)
      if (result.status !== 'ok') hintsMs.push(result.retryAfterMs)
    })
  }
  const pass = (ms: number): Promise<unknown> => clock.run({ untilMs: clock.now() + ms })
  return { axon, call, ended, hintsMs, refused, faults, pass }
}

const reasonsOf = (refused: readonly RefusedEvent[]): string[] => refused.map(({ reason }) => reason)

describe('a caller with standing', () => {
  it('finds a place to run that strangers cannot take, and goes before them', async () => {
    const { call, ended, pass } = await scene({ limits: { maxRunning: 4 } })
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      void call(name, 100, 5_000)
      await pass(1)
    }
    await pass(10)
    void call('validator', 20, 5_000)
    void call('validator', 20, 5_000)
    await pass(300)
    // Three of the four places are open to strangers; the second call of the validator takes the first that is free.
    expect(ended).toEqual([
      'validator ok 35',
      'validator ok 55',
      'a ok 100',
      'b ok 101',
      'c ok 102',
      'd ok 200',
      'e ok 201',
    ])
  })

  it('finds a place with the hooks that strangers cannot take', async () => {
    const clock = new VirtualClock()
    const verify = (): Promise<boolean> => sleep(clock, 5).then(() => true)
    const { call, ended, refused, pass } = await scene({ limits: { maxAdmitting: 4 }, verify }, clock)
    for (const name of ['a', 'b', 'c', 'd']) void call(name, 1)
    void call('validator', 1)
    await pass(100)
    expect(reasonsOf(refused)).toEqual(['admittingFull'])
    expect(ended.filter((line) => line.includes('ok'))).toHaveLength(4)
    expect(ended.join()).toContain('validator ok')
  })

  it('pushes out a connection of lower standing where all are busy, and strangers push out none', async () => {
    const { axon, call, ended, refused, pass } = await scene({ limits: { maxConnections: 2 } })
    void call('a', 500)
    await pass(1)
    void call('b', 500)
    await pass(1)
    void call('c', 10)
    await pass(1)
    expect(reasonsOf(refused)).toEqual(['tooManyConnections'])
    void call('validator', 10)
    await pass(100)
    expect(reasonsOf(refused)).toEqual(['tooManyConnections', 'pushedOut'])
    expect(refused[1]?.caller).toBe(keyNamed('a').address)
    expect(ended.at(-1)).toMatch('validator ok')
    expect(axon.counters.connectionsOpen).toBe(2)
  })

  it.each([
    ['throws', () => Promise.reject(new TypeError('no'))],
    ['gives a negative number', () => -1],
    ['gives NaN', () => Number.NaN],
    ['gives a promise', async () => 5],
  ])('is a stranger, and told, where standing %s', async (_, standing) => {
    const { call, ended, faults, pass } = await scene({ standing: standing as never })
    void call('validator', 1)
    await pass(10)
    expect(ended).toEqual(['validator ok 1'])
    expect(faults[0]).toMatchObject({ part: 'standing', caller: validator.address })
  })
})

describe('bytes of requests', () => {
  it('are kept for callers with standing, however many strangers hold', () => {
    const limits = { maxRequestBytes: 100, maxRequestBytesPerCaller: 60, keptRequestBytes: 25 }
    const bytes = new RequestBytes(limits, (caller) => (caller === validator.hotkey ? 1 : 0))
    const [a, b] = [keyNamed('a').hotkey, keyNamed('b').hotkey]
    expect([bytes.enter(a, 50), bytes.enter(b, 26), bytes.enter(b, 25)]).toEqual([true, false, true])
    expect([bytes.enter(validator.hotkey, 25), bytes.enter(validator.hotkey, 1)]).toEqual([true, false])
    bytes.leave(a, 50)
    expect([bytes.total, bytes.enter(b, 25)]).toEqual([50, true])
  })
})

describe('a call that waits', () => {
  it('is shed once half of its time has passed, and its caller told at once that there is too much to do', async () => {
    const { call, ended, refused, pass } = await scene({ limits: { maxRunning: 1 }, standing: () => 0 })
    void call('a', 600, 5_000)
    void call('b', 1, 1_000)
    void call('c', 1, 5_000)
    await pass(2_000)
    expect(ended).toEqual(['a ok 600', 'b overloaded 600', 'c ok 601'])
    expect(refused).toMatchObject([{ reason: 'shed', synapse: 'work', caller: keyNamed('b').address }])
  })

  it('is shed when what is left of its time is less than answers usually take', async () => {
    const { call, ended, hintsMs, refused, pass } = await scene({ limits: { maxRunning: 1 } })
    for (let n = 0; n < 16; n++) {
      void call('usual', 800, 20_000)
      await pass(801)
    }
    ended.splice(0)
    void call('a', 300, 20_000)
    // It may wait for 500 ms by the first rule, and for 200 ms by the second.
    void call('b', 1, 1_000)
    await pass(2_000)
    expect(ended.map((line) => line.replace(/ \d+$/, ''))).toEqual(['a ok', 'b overloaded'])
    expect(hintsMs).toEqual([800])
    expect(reasonsOf(refused)).toEqual(['shed'])
  })
})

describe('a quota', () => {
  it('turns away what is above it, before any hook is asked', async () => {
    let asked = 0
    const { axon, call, ended, hintsMs, refused, pass } = await scene({
      quotas: { perCaller: { calls: 2, intervalMs: 1_000 } },
      blacklist: () => {
        asked++
        return false
      },
    })
    for (let n = 0; n < 3; n++) void call('a', 1)
    void call('b', 1)
    await pass(10)
    expect(ended.sort()).toEqual(['a ok 1', 'a ok 1', 'a overloaded 0', 'b ok 1'])
    expect([asked, reasonsOf(refused), axon.counters.callersRemembered]).toEqual([3, ['quota'], 2])
    expect(hintsMs).toEqual([500])
    await pass(1_000)
    void call('a', 1)
    await pass(10)
    expect(ended.at(-1)).toMatch('a ok')
  })

  it('of all counts what the hooks let in, and bytes of answers too', async () => {
    const { call, ended, refused, pass } = await scene({
      quotas: { total: { bytes: 100, intervalMs: 100_000 } },
      blacklist: ({ request }) => request === 13,
    })
    void call('a', 13)
    await pass(10)
    void call('a', 1)
    await pass(10)
    for (let n = 0; n < 2; n++) {
      void call('b', 1)
      await pass(10)
    }
    expect(ended.map((line) => line.split(' ')[1])).toEqual(['forbidden', 'ok', 'ok', 'overloaded'])
    expect(reasonsOf(refused)).toEqual(['blacklisted', 'quota'])
  })
})
