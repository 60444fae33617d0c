import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type CallContext } from '../../../src/axon/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse, isRequestId, packValue } from '../../../src/synapse/index.js'
import { connectSession, createMemoryNetwork, generateNoiseKeyPair } from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function scene(options: Partial<AxonOptions> = {}, clock?: VirtualClock) {
  const carrier = createMemoryNetwork(clock === undefined ? {} : { clock })
  const timed = clock === undefined ? {} : { clock }
  const axon = new Axon({ signer: alice, carrier, logger: silentLogger, ...timed, ...options })
  const events: [string, string | undefined][] = []
  for (const name of ['answered', 'failed', 'refused', 'fault'] as const) {
    axon.on(name, ({ requestId }) => void events.push([name, requestId]))
  }
  await axon.start()
  const dendrite = new Dendrite({ signer: bob, carrier, ...timed })
  closing.push(
    () => dendrite.close(),
    () => axon.stop(),
  )
  return { carrier, axon, dendrite, events, target: { hotkey: axon.hotkey, ...axon.address } }
}

describe('a request id', () => {
  it('that is given names the call in its handler and in events, with its trace', async () => {
    const { axon, dendrite, events, target } = await scene()
    const seen: CallContext[] = []
    axon.handle(double, (value, context) => {
      seen.push(context)
      if (value === 13) throw new TypeError('unlucky')
      return 2 * value
    })
    const named = { requestId: 'order-7', traceparent: trace }
    expect((await dendrite.call(double, target, 1, named)).status).toBe('ok')
    const failed = await dendrite.call(double, target, 13, { requestId: 'order-8' })
    expect(failed).toMatchObject({ status: 'failed', requestId: 'order-8' })
    const other = defineSynapse({ name: 'none', request: z.number(), answer: z.number() })
    const refused = await dendrite.call(other, target, 1, named)
    expect(refused).toMatchObject({ status: 'unknownSynapse', requestId: 'order-7' })
    expect(seen).toMatchObject([
      { requestId: 'order-7', traceparent: trace },
      { requestId: 'order-8', traceparent: undefined },
    ])
    expect(events).toEqual([
      ['answered', 'order-7'],
      ['failed', 'order-8'],
      ['fault', 'order-8'],
      ['refused', 'order-7'],
    ])
  })

  it('that is not given is made, another for each call of a fan-out', async () => {
    const { axon, dendrite, events, target } = await scene({ blacklist: () => true })
    axon.handle(double, (value) => 2 * value)
    const results = await dendrite.callAll(double, [target, target, target], 1)
    const ids = results.map((result) => (result.status === 'ok' ? '' : result.requestId))
    expect(new Set(ids).size).toBe(3)
    expect(ids.every(isRequestId)).toBe(true)
    expect(events.map(([, id]) => id).sort()).toEqual(ids.sort())
  })

  it('is made by the axon for a caller that gives none', async () => {
    const { carrier, axon } = await scene()
    const answered = new Promise<string>((resolve) => {
      axon.on('answered', ({ requestId }) => resolve(requestId))
    })
    axon.handle(double, (value) => 2 * value)
    const channel = await carrier.dial(axon.address, { maxFrameBytes: 1 << 20 })
    const staticKey = generateNoiseKeyPair()
    const session = await connectSession(channel, { signer: bob, staticKey, hotkey: axon.hotkey })
    session.receive({ onMessage: () => {}, onClose: () => {} })
    session.send(packValue([1, 0, false, 'double', 1_000, 0, 1]))
    expect(isRequestId(await answered)).toBe(true)
    session.close(1000)
  })

  it('is in the error of a stream that fails', async () => {
    const { axon, dendrite, target } = await scene()
    // biome-ignore lint/correctness/useYield: it fails before
    axon.handle(count, async function* () {
      throw new TypeError('broken')
    })
    const stream = dendrite.stream(count, target, 1, { requestId: 'order-9' })
    await expect(stream.next()).rejects.toMatchObject({ requestId: 'order-9', unhandled: false })
  })
})

describe('a call within a handler', () => {
  /** A front that asks a back for every call of its own, within the call or with options besides. */
  const hop = async (backMs: number, options: object = {}) => {
    const clock = new VirtualClock()
    const back = await scene({}, clock)
    const seen: unknown[] = []
    back.axon.handle(double, async (value, { requestId, traceparent, deadlineMs }) => {
      seen.push({ requestId, traceparent, deadlineMs })
      await new Promise<void>((resolve) => void clock.setTimer(resolve, backMs))
      return 2 * value
    })
    const front = await scene({ carrier: back.carrier, signer: bob }, clock)
    const middle = new Dendrite({ signer: bob, carrier: back.carrier, clock })
    closing.push(() => middle.close())
    const ends: unknown[] = []
    front.axon.handle(double, async (value, context) => {
      const result = await middle.call(double, back.target, value, { within: context, ...options })
      ends.push([result.status, clock.now()])
      return result.status === 'ok' ? result.answer : -1
    })
    const client = new Dendrite({ signer: alice, carrier: back.carrier, clock })
    closing.push(() => client.close())
    const call = async (own: object): Promise<unknown> => {
      let result: unknown
      const done = client.call(double, front.target, 21, own).then((ended) => {
        result = ended
      })
      await clock.run({ until: () => result !== undefined })
      await done
      return result
    }
    return { call, seen, ends, clock }
  }

  it('carries name, trace and deadline on', async () => {
    const { call, seen } = await hop(10)
    const result = await call({ requestId: 'order-7', traceparent: trace, timeoutMs: 300 })
    expect(result).toMatchObject({ status: 'ok', answer: 42 })
    expect(seen).toEqual([{ requestId: 'order-7', traceparent: trace, deadlineMs: 300 }])
  })

  it('is over with it, and the next server hears of it', async () => {
    const { call, ends, clock } = await hop(10_000)
    expect(await call({ timeoutMs: 300 })).toMatchObject({ status: 'timeout', elapsedMs: 300 })
    await clock.run({ untilMs: 400 })
    expect(ends).toEqual([[expect.stringMatching(/cancelled|timeout/), 300]])
  })

  it('keeps a shorter time, a name and a signal of its own', async () => {
    const { call, seen, ends } = await hop(10_000, { timeoutMs: 50, requestId: 'part-1' })
    expect(await call({ requestId: 'order-7', timeoutMs: 300 })).toMatchObject({ status: 'ok', answer: -1 })
    expect(seen).toMatchObject([{ requestId: 'part-1', deadlineMs: 50 }])
    expect(ends).toEqual([['timeout', 50]])
    const aborted = await hop(10, { signal: AbortSignal.abort() })
    expect(await aborted.call({})).toMatchObject({ status: 'ok', answer: -1 })
    expect(aborted.ends).toEqual([['cancelled', 0]])
  })

  it('is not made when no time is left', async () => {
    const { axon, dendrite, target } = await scene()
    axon.handle(double, (value) => 2 * value)
    const { signal } = new AbortController()
    const within = { signal, deadlineMs: Date.now() - 1, requestId: 'late', traceparent: undefined }
    const result = await dendrite.call(double, target, 1, { within })
    expect(result).toMatchObject({ status: 'timeout', unhandled: true, requestId: 'late' })
    const stream = dendrite.stream(count, target, 1, { within })
    await expect(stream.next()).rejects.toMatchObject({ status: 'timeout', unhandled: true })
    expect([axon.counters.callsReceived, dendrite.connectionCount]).toEqual([0, 0])
  })
})
