import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { MissingPackageError } from '../../../src/errors/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { traceCalls } from '../../../src/tracing/index.js'
import { otelApi } from '../../../src/tracing/otel.js'
import { spanContextOf, traceparentOf } from '../../../src/tracing/traceparent.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const tracer = provider.getTracer('test')
const secret = 'what was asked'
const ask = defineSynapse({ name: 'ask', request: z.string(), answer: z.string() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

let carrier = createMemoryNetwork()
const closers: (() => Promise<void>)[] = []
beforeEach(() => {
  carrier = createMemoryNetwork()
  exporter.reset()
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function axonOf(uri: string, options: Partial<AxonOptions> = {}) {
  const signer = keyPairFromUri(uri, { scheme: 'ed25519' })
  const axon = new Axon({ signer, carrier, logger: silentLogger, ...options })
  await axon.start()
  closers.push(() => axon.stop())
  return { axon, target: { hotkey: axon.hotkey, ...axon.address } }
}

function dendriteOf(uri: string): Dendrite {
  const dendrite = new Dendrite({ signer: keyPairFromUri(uri, { scheme: 'ed25519' }), carrier })
  closers.push(() => dendrite.close())
  return dendrite
}

/** Spans by trace, in the order in which those began, each after its parent: clocks are too coarse to tell a call from its handling. */
function spans(): ReadableSpan[] {
  const all = exporter.getFinishedSpans()
  const parentOf = (span: ReadableSpan): ReadableSpan | undefined =>
    all.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)
  const line = (span: ReadableSpan): ReadableSpan[] => {
    const parent = parentOf(span)
    return parent === undefined ? [span] : [...line(parent), span]
  }
  const placeOf = (span: ReadableSpan): readonly number[] => {
    const [root, ...others] = line(span)
    return [...(root?.startTime ?? []), others.length]
  }
  return [...all].sort((a, b) => {
    const [one, other] = [placeOf(a), placeOf(b)]
    const at = one.findIndex((value, index) => value !== other[index])
    return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
  })
}

/** The spans of one trace, each the child of the one before it. */
function chain(): ReadableSpan[] {
  const all = exporter.getFinishedSpans()
  const found: ReadableSpan[] = []
  for (;;) {
    const parent = found.at(-1)?.spanContext().spanId
    const next = all.find((span) => span.parentSpanContext?.spanId === parent && !found.includes(span))
    if (next === undefined) return found
    found.push(next)
  }
}

const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId
const kindOf = ({ kind }: ReadableSpan): string => SpanKind[kind]

describe('traceCalls', () => {
  test('follows a call through every hop: one trace, each span the child of the one before', async () => {
    const b = await axonOf('//B')
    const a = await axonOf('//A')
    const own = dendriteOf('//A')
    const client = dendriteOf('//Client')
    b.axon.handle(ask, (text) => text.toUpperCase())
    a.axon.handle(ask, async (text, within) => {
      const result = await own.call(ask, b.target, text, { within })
      return result.status === 'ok' ? result.answer : ''
    })
    const ids: string[] = []
    for (const { axon } of [a, b]) axon.on('answered', ({ requestId }) => ids.push(requestId))
    for (const parts of [{ dendrite: client }, { axon: a.axon }, { dendrite: own }, { axon: b.axon }])
      await traceCalls(parts, { tracer })
    const result = await client.call(ask, a.target, secret, { requestId: 'order-7' })
    expect(result).toMatchObject({ status: 'ok', answer: secret.toUpperCase() })
    await new Promise((resolve) => setImmediate(resolve))
    const all = chain()
    expect(all.map(kindOf)).toEqual(['CLIENT', 'SERVER', 'CLIENT', 'SERVER'])
    expect(exporter.getFinishedSpans()).toHaveLength(4)
    expect(new Set(all.map((span) => span.spanContext().traceId)).size).toBe(1)
    const [first, , , fourth] = all
    expect(ids).toEqual(['order-7', 'order-7'])
    for (const span of all) {
      expect(span.name).toBe('ask')
      expect(span.attributes).toMatchObject({
        'rpc.system': 'subnetkit',
        'rpc.method': 'ask',
        'subnetkit.request.id': 'order-7',
        'subnetkit.status': 'ok',
      })
      expect(JSON.stringify([span.attributes, span.events])).not.toContain(secret)
      expect(span.status.code).toBe(SpanStatusCode.UNSET)
    }
    expect(first?.attributes).toMatchObject({
      'server.address': a.target.host,
      'server.port': a.target.port,
      'subnetkit.server.hotkey': a.target.hotkey,
    })
    expect(fourth?.attributes).toMatchObject({ 'subnetkit.client.hotkey': own.hotkey })
  })

  test('joins a trace that the caller names, and begins one of its own otherwise', async () => {
    const { axon, target } = await axonOf('//A')
    axon.handle(ask, (text) => text)
    const client = dendriteOf('//Client')
    await traceCalls({ axon }, { tracer })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await client.call(ask, target, 'x', { traceparent })
    await client.call(ask, target, 'y')
    const [joined, own] = spans()
    expect(joined?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(joined?.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true })
    expect(own?.parentSpanContext).toBeUndefined()
    expect(own?.spanContext().traceId).not.toBe(joined?.spanContext().traceId)
  })

  test('says how calls failed, and counts a refusal as no fault of the server', async () => {
    const { axon, target } = await axonOf('//A', { blacklist: ({ request }) => request === 'bad' })
    axon.handle(ask, () => {
      throw new TypeError(secret)
    })
    const client = dendriteOf('//Client')
    await traceCalls({ axon, dendrite: client }, { tracer })
    expect((await client.call(ask, target, 'x')).status).toBe('failed')
    expect((await client.call(ask, target, 'bad')).status).toBe('forbidden')
    // Nobody listens there, whatever else runs on this machine.
    const nowhere = { ...target, port: 1 }
    expect((await client.call(ask, nowhere, 'x')).status).toBe('unreachable')
    // A server ends its span when its answer has left, which a client may read before.
    await expect.poll(() => exporter.getFinishedSpans().length).toBe(5)
    const [failedClient, failedServer, refusedClient, refusedServer, lost] = spans()
    const end = (span: ReadableSpan | undefined) => [
      span?.attributes['subnetkit.status'],
      span?.attributes['error.type'],
      span?.status.code,
    ]
    expect(end(failedClient)).toEqual(['failed', 'failed', SpanStatusCode.ERROR])
    expect(end(failedServer)).toEqual(['failed', 'failed', SpanStatusCode.ERROR])
    expect(end(refusedClient)).toEqual(['forbidden', 'forbidden', SpanStatusCode.ERROR])
    expect(end(refusedServer)).toEqual(['forbidden', undefined, SpanStatusCode.UNSET])
    expect(end(lost)).toEqual(['unreachable', 'unreachable', SpanStatusCode.ERROR])
    expect(
      JSON.stringify(spans().map(({ attributes, events, status }) => [attributes, events, status])),
    ).not.toContain(secret)
  })

  test('has one span for a whole stream, also for one that its reader leaves', async () => {
    const { axon, target } = await axonOf('//A')
    axon.handle(count, async function* (to) {
      for (let at = 1; at <= to; at++) yield at
    })
    const client = dendriteOf('//Client')
    await traceCalls({ axon, dendrite: client }, { tracer })
    const got: number[] = []
    for await (const chunk of client.stream(count, target, 3)) got.push(chunk)
    for await (const chunk of client.stream(count, target, 1_000)) if (chunk === 2) break
    await expect.poll(() => exporter.getFinishedSpans().length).toBe(4)
    expect(got).toEqual([1, 2, 3])
    const [whole, wholeServer, left, leftServer] = spans()
    expect(
      [whole, wholeServer, left, leftServer].map((span) => span?.attributes['subnetkit.status']),
    ).toEqual(['ok', 'ok', 'cancelled', 'cancelled'])
    expect(idOf(whole)).toBe(wholeServer?.parentSpanContext?.spanId)
  })

  test('ends when it is told to, and records nothing afterwards', async () => {
    const { axon, target } = await axonOf('//A')
    axon.handle(ask, (text) => text)
    const client = dendriteOf('//Client')
    const stop = await traceCalls({ axon, dendrite: client }, { tracer })
    stop()
    stop()
    await client.call(ask, target, 'x')
    expect(spans()).toEqual([])
  })

  test('hands a trace on where nobody records, and begins none', async () => {
    const { axon, target } = await axonOf('//A')
    const seen: (string | undefined)[] = []
    axon.handle(ask, (text, { traceparent }) => {
      seen.push(traceparent)
      return text
    })
    const client = dendriteOf('//Client')
    // No provider is registered: the tracer of the api records nothing.
    await traceCalls({ axon, dendrite: client })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
    await client.call(ask, target, 'x', { traceparent })
    await client.call(ask, target, 'y')
    expect(seen).toEqual([traceparent, undefined])
  })

  describe('with a context manager', () => {
    const storage = new AsyncLocalStorage<Context>()
    const manager: ContextManager = {
      active: () => storage.getStore() ?? ROOT_CONTEXT,
      with: (active, run, thisArg, ...args) => storage.run(active, () => run.apply(thisArg as never, args)),
      bind: (_active, target) => target,
      enable: () => manager,
      disable: () => manager,
    }
    beforeEach(() => {
      context.setGlobalContextManager(manager)
    })
    afterEach(() => context.disable())

    test('calls of a handler belong to its span without being told, also when it had to wait for its turn', async () => {
      const b = await axonOf('//B')
      const a = await axonOf('//A', { limits: { maxRunning: 1 } })
      const own = dendriteOf('//A')
      const client = dendriteOf('//Client')
      b.axon.handle(ask, (text) => text)
      a.axon.handle(ask, async (text) => {
        const result = await own.call(ask, b.target, text)
        return result.status === 'ok' ? result.answer : ''
      })
      await traceCalls({ axon: a.axon }, { tracer })
      await traceCalls({ dendrite: own }, { tracer })
      await Promise.all(['x', 'y', 'z'].map((text) => client.call(ask, a.target, text)))
      const byId = new Map(spans().map((span) => [idOf(span), span]))
      const calls = spans().filter(({ kind }) => kind === SpanKind.CLIENT)
      expect(calls).toHaveLength(3)
      const parents = calls.map((span) => byId.get(span.parentSpanContext?.spanId))
      expect(new Set(parents).size).toBe(3)
      expect(parents.map((span) => span?.kind)).toEqual([SpanKind.SERVER, SpanKind.SERVER, SpanKind.SERVER])
    })

    test('a span of the handler’s own, in between, is the parent', async () => {
      const b = await axonOf('//B')
      const a = await axonOf('//A')
      const own = dendriteOf('//A')
      const client = dendriteOf('//Client')
      b.axon.handle(ask, (text) => text)
      a.axon.handle(ask, (text, within) =>
        tracer.startActiveSpan('think', async (span) => {
          const result = await own.call(ask, b.target, text, { within })
          span.end()
          return result.status === 'ok' ? result.answer : ''
        }),
      )
      await traceCalls({ axon: a.axon, dendrite: own }, { tracer })
      await client.call(ask, a.target, 'x')
      expect(chain().map(({ name, kind }) => [name, kind])).toEqual([
        ['ask', SpanKind.SERVER],
        ['think', SpanKind.INTERNAL],
        ['ask', SpanKind.CLIENT],
      ])
      expect(trace.getActiveSpan()).toBeUndefined()
    })

    test('steps of a stream run in its span', async () => {
      const { axon, target } = await axonOf('//A')
      const seen: (string | undefined)[] = []
      axon.handle(count, async function* (to) {
        for (let at = 1; at <= to; at++) {
          seen.push(trace.getActiveSpan()?.spanContext().spanId)
          yield at
        }
      })
      await traceCalls({ axon }, { tracer })
      for await (const _ of dendriteOf('//Client').stream(count, target, 2));
      await expect.poll(() => exporter.getFinishedSpans().length).toBe(1)
      expect(seen).toEqual([idOf(spans()[0]), idOf(spans()[0])])
    })
  })
})

describe('traceparent', () => {
  const text = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  test('is written and read as W3C Trace Context has it', () => {
    const place = spanContextOf(text)
    expect(place).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    })
    expect(place && traceparentOf(place)).toBe(text)
    expect(spanContextOf(undefined)).toBeUndefined()
    expect(spanContextOf('00-0-0-00')).toBeUndefined()
  })
})

describe('otelApi', () => {
  test('an absent package is named, with what to install', async () => {
    const error = await otelApi(() => Promise.reject(new Error('absent'))).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(MissingPackageError)
    expect(error).toMatchObject({
      packageName: '@opentelemetry/api',
      message:
        'The package @opentelemetry/api is needed for tracing calls and could not be loaded. Install it: npm install @opentelemetry/api',
    })
  })
})
