import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '../../../src/clock/index.js'
import { DendriteClosedError } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import {
  type RoutedCallOptions,
  type RoutedStream,
  Router,
  type RouterOptions,
  StreamTruncatedError,
} from '../../../src/router/index.js'
import { defineStream, SchemaMismatchError } from '../../../src/synapse/index.js'
import { testPair } from '../../../src/testing/index.js'
import { hotkeyOf, ScriptedDendrite, type StreamAct, targetsNamed } from './ScriptedDendrite.js'

const request = z.object({ from: z.number(), to: z.number() })
const plain = defineStream({ name: 'plain', request, chunk: z.number() })
const resumable = defineStream({
  name: 'resumable',
  request,
  chunk: z.number(),
  resume: (asked, chunk) => ({ ...asked, from: chunk + 1 }),
})

interface Read {
  readonly chunks: readonly number[]
  readonly error: unknown
  readonly stream: RoutedStream<number>
}

async function setting(names: readonly string[], options: Partial<RouterOptions> = {}) {
  const clock = new VirtualClock({ startMs: 1_000 })
  const dendrite = new ScriptedDendrite(clock)
  const router = await Router.start({
    dendrite,
    candidates: targetsNamed(...names),
    clock,
    seed: 'test',
    exploreShare: 0,
    logger: silentLogger,
    ...options,
  })
  /** Streams the numbers from 0 to 9. */
  const read = async (synapse = resumable, callOptions: RoutedCallOptions = {}): Promise<Read> => {
    const stream = router.stream(synapse, { from: 0, to: 10 }, callOptions)
    const chunks: number[] = []
    let isOver = false
    const reading = (async (): Promise<unknown> => {
      try {
        for await (const chunk of stream) chunks.push(chunk)
        return undefined
      } catch (error) {
        return error
      } finally {
        isOver = true
      }
    })()
    await clock.run({ until: () => isOver })
    return { chunks, error: await reading, stream }
  }
  return { clock, dendrite, router, read }
}

const whole = ({ from, to }: { from: number; to: number }): StreamAct => ({
  chunksAfterMs: Array(to - from).fill(10),
  end: { status: 'ok', afterMs: 1 },
})
const cutAfter =
  (count: number, end: StreamAct['end'] = { status: 'unreachable', afterMs: 1 }) =>
  (): StreamAct => ({ chunksAfterMs: Array(count).fill(10), end })
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

describe('a stream through a router', () => {
  it('gives the chunks of one miner', async () => {
    const { dendrite, read, router } = await setting(['a'])
    dendrite.streams('a', whole)
    const { chunks, error, stream } = await read(plain)
    expect([chunks, error]).toEqual([digits, undefined])
    expect(stream.parts).toEqual([{ hotkey: hotkeyOf('a'), chunks: 10, status: 'ok' }])
    expect(router.counters).toMatchObject({ calls: 1, callsAnswered: 1, attempts: 1, callsInFlight: 0 })
  })

  it('goes on with another miner from what was delivered, each chunk once, and says who gave which', async () => {
    const { dendrite, read, router } = await setting(['a', 'b'], { seed: 'a first' })
    for (const name of ['a', 'b']) {
      let asked = 0
      dendrite.streams(name, (rest: { from: number; to: number }) => {
        const isFirst = dendrite.asked.length === 1 && asked++ === 0
        return isFirst ? cutAfter(4)() : whole(rest)
      })
    }
    const seams: unknown[] = []
    router.on('failedOver', (event) => seams.push(event))
    const { chunks, error, stream } = await read()
    expect([chunks, error]).toEqual([digits, undefined])
    const [first, second] = dendrite.asked.map(({ name }) => hotkeyOf(name))
    expect(stream.parts).toEqual([
      { hotkey: first, chunks: 4, status: 'unreachable' },
      { hotkey: second, chunks: 6, status: 'ok' },
    ])
    expect(seams).toEqual([{ synapse: 'resumable', from: first, to: second, delivered: 4 }])
    expect(router.counters).toMatchObject({ failOvers: 1, attempts: 2, extraRequests: 1 })
  })

  it('goes on when a miner is silent for longer than the bound', async () => {
    const { dendrite, read, clock } = await setting(['a', 'b'], { limits: { stallMs: 700 } })
    for (const name of ['a', 'b'])
      dendrite.streams(name, (rest: { from: number; to: number }) =>
        dendrite.asked.length === 1 ? cutAfter(3, 'silent')() : whole(rest),
      )
    const { chunks, error, stream } = await read()
    expect([chunks, error]).toEqual([digits, undefined])
    expect(stream.parts.map(({ status }) => status)).toEqual(['timeout', 'ok'])
    // Three chunks, the bound, seven chunks and the end.
    expect(clock.now()).toBe(1_000 + 30 + 700 + 70 + 1)
  })

  it('is truncated, never complete, when the synapse cannot go on', async () => {
    const { dendrite, read, router } = await setting(['a', 'b'])
    for (const name of ['a', 'b']) dendrite.streams(name, cutAfter(4))
    const { chunks, error, stream } = await read(plain)
    expect(chunks).toEqual([0, 1, 2, 3])
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(error).toMatchObject({
      code: 'StreamTruncated',
      synapse: 'plain',
      status: 'unreachable',
      delivered: 4,
      parts: stream.parts,
    })
    expect(router.counters).toMatchObject({ attempts: 1, failed: { unreachable: 1 }, callsInFlight: 0 })
  })

  it('never looks complete to who reads on, or beside', async () => {
    const { dendrite, router, clock } = await setting(['a'])
    dendrite.streams('a', cutAfter(3))
    const stream = router.stream(plain, { from: 0, to: 10 })
    const ends: unknown[] = []
    const read = async (): Promise<void> => {
      try {
        for await (const _ of stream);
        ends.push('complete')
      } catch (error) {
        ends.push((error as StreamTruncatedError).delivered)
      }
    }
    const both = Promise.all([read(), read()])
    await clock.run({ untilMs: clock.now() + 1_000 })
    await both
    await read()
    expect(ends).toEqual([3, 3, 3])
  })

  it('gives its place back when the time is over, though its reader went without a word', async () => {
    const { dendrite, router, clock } = await setting(['a'], { limits: { maxInFlight: 1, maxWaiting: 0 } })
    dendrite.streams('a', whole)
    const dropped = router.stream(plain, { from: 0, to: 10 }, { timeoutMs: 500 })[Symbol.asyncIterator]()
    const first = dropped.next()
    await clock.run({ untilMs: clock.now() + 100 })
    expect(await first).toEqual({ done: false, value: 0 })
    expect(router.counters.callsInFlight).toBe(1)
    await clock.run({ untilMs: clock.now() + 1_000 })
    expect([router.counters.callsInFlight, router.candidates[0]?.inFlight]).toEqual([0, 0])
    await expect(dropped.next()).rejects.toMatchObject({ code: 'StreamTruncated' })
    expect([router.counters.callsInFlight, router.candidates[0]?.inFlight]).toEqual([0, 0])
  })

  it('is truncated where resume says that it cannot go on, or throws', async () => {
    for (const resume of [
      (asked: { from: number; to: number }, chunk: number) => (chunk < 2 ? asked : undefined),
      () => {
        throw new TypeError('no resume')
      },
      (async () => {
        throw new TypeError('no resume')
      }) as unknown as () => undefined,
    ]) {
      const { dendrite, read } = await setting(['a', 'b'])
      for (const name of ['a', 'b']) dendrite.streams(name, cutAfter(4))
      const stream = defineStream({ name: 'some', request, chunk: z.number(), resume })
      expect((await read(stream)).error).toMatchObject({ code: 'StreamTruncated', delivered: 4 })
    }
  })

  it('is asked of another when nothing was delivered and no handler has begun', async () => {
    const { dendrite, read } = await setting(['a', 'b'])
    dendrite.streams('a', cutAfter(0, { status: 'overloaded', afterMs: 1 }))
    dendrite.streams('b', whole)
    for (let i = 0; i < 4; i++) expect((await read(plain)).chunks).toEqual(digits)
    dendrite.streams('a', cutAfter(0, { status: 'failed', afterMs: 1 }))
    dendrite.streams('b', cutAfter(0, { status: 'failed', afterMs: 1 }))
    expect((await read(plain)).error).toMatchObject({ status: 'failed', delivered: 0 })
  })

  it('goes through any number of miners', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const { dendrite, read } = await setting(names)
    for (const name of names)
      dendrite.streams(name, (rest: { from: number; to: number }) =>
        rest.to - rest.from > 2 ? cutAfter(2)() : whole(rest),
      )
    const { chunks, error, stream } = await read()
    expect([chunks, error]).toEqual([digits, undefined])
    expect(stream.parts.map(({ chunks: count }) => count)).toEqual([2, 2, 2, 2, 2])
  })

  it('ends at its deadline as truncated', async () => {
    const { dendrite, read, clock } = await setting(['a'])
    dendrite.streams('a', cutAfter(2, 'silent'))
    const { error } = await read(plain, { timeoutMs: 300 })
    expect(error).toMatchObject({ status: 'timeout', delivered: 2 })
    expect(clock.now()).toBe(1_300)
  })

  it('is truncated as timeout where no time is left before it is asked for', async () => {
    const { read, dendrite, clock } = await setting(['a'])
    const { signal } = new AbortController()
    const within = { signal, deadlineMs: clock.now() - 1, requestId: 'a', traceparent: undefined }
    expect((await read(resumable, { within })).error).toMatchObject({
      code: 'StreamTruncated',
      status: 'timeout',
    })
    expect(dendrite.asked).toEqual([])
  })

  it('ends as cancelled with the signal of the caller, and as overloaded when the router is full', async () => {
    const { dendrite, read, router, clock } = await setting(['a'], {
      limits: { maxInFlight: 1, maxWaiting: 0 },
    })
    dendrite.streams('a', cutAfter(1, 'silent'))
    const controller = new AbortController()
    clock.setTimer(() => controller.abort(), 50)
    const first = router.stream(plain, { from: 0, to: 1 })[Symbol.asyncIterator]()
    const one = first.next()
    await clock.run({ untilMs: 1_020 })
    expect(await one).toEqual({ done: false, value: 0 })
    expect((await read(plain)).error).toMatchObject({ status: 'overloaded', delivered: 0, parts: [] })
    await first.return()
    expect(router.counters.callsInFlight).toBe(0)
    const { error } = await read(plain, { signal: controller.signal })
    expect(error).toMatchObject({ status: 'cancelled' })
  })

  it('ends the request when reading ends early', async () => {
    const { dendrite, router, clock } = await setting(['a'])
    dendrite.streams('a', whole)
    const stream = router.stream(plain, { from: 0, to: 10 })
    let isOver = false
    const reading = (async () => {
      for await (const chunk of stream) if (chunk === 2) break
      isOver = true
    })()
    await clock.run({ until: () => isOver })
    await reading
    expect(stream.parts).toEqual([{ hotkey: hotkeyOf('a'), chunks: 3, status: 'abandoned' }])
    expect(router.counters).toMatchObject({ callsInFlight: 0, failed: { cancelled: 1 } })
  })

  it('lets go of the signal when nobody comes back for the next chunk', async () => {
    const { dendrite, router, clock } = await setting(['a'])
    dendrite.streams('a', whole)
    const { signal } = new AbortController()
    const chunks = router
      .stream(plain, { from: 0, to: 10 }, { signal, timeoutMs: 300 })
      [Symbol.asyncIterator]()
    const first = chunks.next()
    await clock.run({ untilMs: 1_100 })
    expect(await first).toEqual({ done: false, value: 0 })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await clock.run({ untilMs: 1_400 })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('is taken for one that fails when as many handlers said so as of a call, unless chunks come in between', async () => {
    const { dendrite, read } = await setting(['a', 'b'])
    for (const name of ['a', 'b']) dendrite.streams(name, cutAfter(0, { status: 'failed', afterMs: 1 }))
    expect((await read()).error).toMatchObject({ status: 'failed', delivered: 0, unhandled: false })
    expect(dendrite.asked).toHaveLength(4)
    for (const name of ['a', 'b'])
      dendrite.streams(name, ({ from }: { from: number }) =>
        from < 9 ? cutAfter(1, { status: 'failed', afterMs: 1 })() : whole({ from, to: 10 }),
      )
    expect(await read()).toMatchObject({ chunks: digits, error: undefined })
  })

  it('whose request no frame can carry is over at once', async () => {
    const text = defineStream({
      name: 'text',
      request: z.string(),
      chunk: z.string(),
      resume: (asked) => asked,
    })
    await using pair = await testPair({
      serve: (axon) => axon.handle(text, async function* () {}),
      dendrite: { limits: { maxFrameBytes: 1_024 } },
    })
    const router = await Router.start({
      dendrite: pair.dendrite,
      candidates: [pair.target],
      logger: silentLogger,
    })
    const reading = router.stream(text, 'a'.repeat(2_000))[Symbol.asyncIterator]().next()
    await expect(reading).rejects.toMatchObject({
      code: 'StreamTruncated',
      status: 'tooLarge',
      unhandled: true,
    })
    expect(router.counters.attempts).toBe(1)
    await router.close()
  })

  it('is truncated as unreachable when there is nobody', async () => {
    const { read } = await setting([])
    expect((await read()).error).toMatchObject({ status: 'unreachable', delivered: 0, parts: [] })
  })
})

describe('a stream that has begun and cannot go on', () => {
  const misled = defineStream({
    name: 'misled',
    request,
    chunk: z.number(),
    resume: (asked, chunk) => ({ ...asked, from: chunk === 3 ? (Number.NaN as number) : chunk + 1 }),
  })

  it('is truncated where resume gives what is no request, which is told', async () => {
    const { dendrite, read, router } = await setting(['a', 'b', 'c'])
    const faults: unknown[] = []
    router.on('fault', (event) => faults.push(event))
    for (const name of ['a', 'b', 'c']) dendrite.streams(name, cutAfter(4))
    const { chunks, error } = await read(misled)
    expect(chunks).toEqual([0, 1, 2, 3])
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(error).toMatchObject({ status: 'malformed', delivered: 4, cause: { code: 'SchemaMismatch' } })
    expect(dendrite.asked).toHaveLength(1)
    expect(faults).toMatchObject([{ part: 'resume', cause: { code: 'SchemaMismatch' } }])
    expect(router.counters).toMatchObject({ callsInFlight: 0, failed: { malformed: 1 } })
  })

  it('is truncated when the dendrite is closed meanwhile', async () => {
    const { dendrite, read, router } = await setting(['a', 'b'])
    for (const name of ['a', 'b'])
      dendrite.streams(name, () => {
        dendrite.isClosed = true
        return cutAfter(2)()
      })
    const { chunks, error } = await read()
    expect(chunks).toEqual([0, 1])
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(error).toMatchObject({ status: 'unreachable', delivered: 2, cause: { code: 'DendriteClosed' } })
    expect(router.counters).toMatchObject({ callsInFlight: 0, failed: { unreachable: 1 } })
  })

  it('throws the mistake of its caller itself before anybody was asked', async () => {
    const { dendrite, read, router } = await setting(['a', 'b'])
    const stream = router.stream(resumable, { from: 'a' as never, to: 10 })
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow(SchemaMismatchError)
    dendrite.isClosed = true
    expect((await read()).error).toBeInstanceOf(DendriteClosedError)
    expect(dendrite.asked).toHaveLength(0)
    expect(router.counters.callsInFlight).toBe(0)
  })
})

describe('a stream whose first chunk is late', () => {
  const twice = defineStream({ name: 'twice', request, chunk: z.number(), idempotent: true })
  const slow =
    (firstMs: number) =>
    ({ from, to }: { from: number; to: number }): StreamAct => ({
      chunksAfterMs: [firstMs, ...Array(to - from - 1).fill(10)],
      end: { status: 'ok', afterMs: 1 },
    })

  /** Two miners whose first chunks are known to take ten milliseconds; then the first one asked is late. */
  async function late(firstMs: number, options: Partial<RouterOptions> = {}, synapse = twice) {
    const scene = await setting(['a', 'b'], { hedgeShare: 1, ...options })
    const { dendrite, read } = scene
    for (const name of ['a', 'b']) dendrite.streams(name, slow(10))
    for (let i = 0; i < 45; i++) await read(synapse)
    const before = dendrite.asked.length
    for (const name of ['a', 'b'])
      dendrite.streams(name, (rest: { from: number; to: number }) =>
        slow(dendrite.asked.length === before + 1 ? firstMs : 10)(rest),
      )
    return { ...scene, result: await read(synapse), asked: dendrite.asked.slice(before), before }
  }

  it('is asked of a second miner, and the one that begins later is left', async () => {
    const { result, asked, dendrite, router, before } = await late(500)
    expect([result.chunks, result.error]).toEqual([digits, undefined])
    expect(asked).toHaveLength(2)
    const [first, second] = asked.map(({ name }) => hotkeyOf(name))
    expect(first).not.toBe(second)
    expect(result.stream.parts).toEqual([
      { hotkey: first, chunks: 0, status: 'abandoned' },
      { hotkey: second, chunks: 10, status: 'ok' },
    ])
    expect(dendrite.options[before]?.signal?.aborted).toBe(true)
    expect(router.counters).toMatchObject({ hedges: 1, hedgesWon: 1, extraRequests: 1, failOvers: 0 })
    expect(router.candidates.map(({ inFlight }) => inFlight)).toEqual([0, 0])
  })

  it('keeps the first one where that begins sooner all the same', async () => {
    const { result, asked, dendrite, router, before } = await late(15)
    expect([result.chunks, asked.length]).toEqual([digits, 2])
    expect(result.stream.parts.map(({ chunks, status }) => [chunks, status])).toEqual([
      [10, 'ok'],
      [0, 'abandoned'],
    ])
    expect(dendrite.options[before + 1]?.signal?.aborted).toBe(true)
    expect(router.counters).toMatchObject({ hedges: 1, hedgesWon: 0 })
  })

  it('is waited for where the synapse does not say that it may be asked twice, or no hedge is left', async () => {
    expect((await late(500, {}, plain)).asked).toHaveLength(1)
    expect((await late(500, {}, resumable)).asked).toHaveLength(1)
    expect((await late(500, { hedgeShare: 0 })).asked).toHaveLength(1)
    expect((await late(500, { limits: { maxAttempts: 1 } })).asked).toHaveLength(1)
  })

  it('is asked of another when a handler failed before it, four times at most', async () => {
    const { dendrite, read } = await setting(['a', 'b'])
    for (const name of ['a', 'b']) dendrite.streams(name, cutAfter(0, { status: 'failed', afterMs: 1 }))
    const { error } = await read(twice)
    expect(error).toMatchObject({ status: 'failed', delivered: 0 })
    expect(dendrite.asked).toHaveLength(4)
    for (const name of ['a', 'b']) dendrite.streams(name, cutAfter(1, { status: 'failed', afterMs: 1 }))
    expect((await read(twice)).error).toMatchObject({ status: 'failed', delivered: 1 })
    expect(dendrite.asked).toHaveLength(5)
  })

  it('is asked of others for as long as a miner wants to be left alone', async () => {
    const { dendrite, read, clock } = await setting(['a', 'b'])
    dendrite.streams('a', cutAfter(0, { status: 'overloaded', afterMs: 1, retryAfterMs: 2_000 }))
    dendrite.streams('b', whole)
    while (dendrite.count('a') === 0) await read(twice)
    const untilMs = clock.now() + 1_800
    while (clock.now() < untilMs) expect((await read(twice)).error).toBeUndefined()
    expect(dendrite.count('a')).toBe(1)
  })
})
