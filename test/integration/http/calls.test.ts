import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type CallContext } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type DendriteOptions, type Target } from '../../../src/dendrite/index.js'
import {
  envelopeSigner,
  fixedSchemes,
  type HttpClientOptions,
  type HttpProtocol,
  type HttpServerOptions,
  httpClient,
  httpServer,
} from '../../../src/http/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const PROTOCOLS: readonly HttpProtocol[] = ['btauth/1', 'bt_header', 'epistula/2']

const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.number(), b: z.number() }),
  answer: z.object({ sum: z.number() }),
})
const tell = defineStream({ name: 'Tell', request: z.object({ text: z.string() }), chunk: z.string() })

const opened: (Axon | Dendrite)[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await (one instanceof Axon ? one.stop() : one.close())
})

async function serve(
  http: Partial<HttpServerOptions> = {},
  setUp: (axon: Axon) => void = () => {},
  options: Partial<AxonOptions> = {},
): Promise<Axon> {
  const transport = httpServer({
    protocols: PROTOCOLS,
    expectedScheme: fixedSchemes({ [bob.address]: 'sr25519' }),
    ...http,
  })
  const axon = new Axon({ signer: alice, transports: [transport], logger: silentLogger, ...options })
  opened.push(axon)
  axon.handle(add, ({ a, b }) => ({ sum: a + b }))
  axon.handle(tell, async function* ({ text }) {
    for (const word of text.split(' ')) yield word
  })
  setUp(axon)
  await axon.start()
  return axon
}

function dendriteOf(http: HttpClientOptions = {}, options: Partial<DendriteOptions> = {}): Dendrite {
  const dendrite = new Dendrite({ signer: bob, transport: httpClient(http), ...options })
  opened.push(dendrite)
  return dendrite
}

const targetOf = (axon: Axon): Target => ({ hotkey: axon.hotkey, ...axon.address })

describe.each(PROTOCOLS)('calls over %s', (protocol) => {
  it('are answered, one after the other and at once', async () => {
    const axon = await serve()
    const dendrite = dendriteOf({ protocol })
    expect(await dendrite.call(add, targetOf(axon), { a: 2, b: 3 })).toMatchObject({
      status: 'ok',
      answer: { sum: 5 },
    })
    const many = await Promise.all(
      Array.from({ length: 40 }, (_, at) => dendrite.call(add, targetOf(axon), { a: at, b: 1 })),
    )
    expect(many.map((result) => (result.status === 'ok' ? result.answer.sum : result.status))).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    )
    expect(dendrite.connectionCount).toBeLessThanOrEqual(32)
  })

  it('are streamed to their end', async () => {
    const axon = await serve()
    let text = ''
    for await (const chunk of dendriteOf({ protocol }).stream(tell, targetOf(axon), { text: 'a bcd é' }))
      text += chunk
    expect(text).toBe('abcdé')
  })

  it('tell the handler who calls, and whether the body was signed', async () => {
    const contexts: CallContext[] = []
    const axon = await serve({}, (made) => {
      made.handle(
        defineSynapse({ name: 'Who', request: z.object({}), answer: z.object({}) }),
        (_request, context) => {
          contexts.push(context)
          return {}
        },
      )
    })
    const who = defineSynapse({ name: 'Who', request: z.object({}), answer: z.object({}) })
    await dendriteOf({ protocol }).call(who, targetOf(axon), {}, { requestId: 'order-7' })
    expect(contexts).toMatchObject([
      { caller: bob.address, bodySigned: protocol !== 'bt_header', requestId: 'order-7' },
    ])
  })

  it('are refused by hook, name, schema and handler with the status of each', async () => {
    const other = defineSynapse({ name: 'Other', request: z.object({}), answer: z.object({}) })
    const wrong = defineSynapse({ name: 'Add', request: z.object({ a: z.string() }), answer: z.object({}) })
    const broken = defineSynapse({ name: 'Broken', request: z.object({}), answer: z.object({}) })
    const axon = await serve({}, (made) => {
      made.handle(broken, () => {
        throw new Error('secret reason')
      })
    })
    const dendrite = dendriteOf({ protocol })
    expect(await dendrite.call(other, targetOf(axon), {})).toMatchObject({
      status: 'unknownSynapse',
      unhandled: true,
    })
    expect(await dendrite.call(wrong, targetOf(axon), { a: '' })).toMatchObject({
      status: 'malformed',
      unhandled: true,
    })
    const failed = await dendrite.call(broken, targetOf(axon), {})
    expect(failed).toMatchObject({ status: 'failed', unhandled: false })
    expect(JSON.stringify(failed)).not.toContain('secret')
    const closed = await serve({}, () => {}, { blacklist: () => true })
    expect(await dendrite.call(add, targetOf(closed), { a: 1, b: 1 })).toMatchObject({
      status: 'forbidden',
      unhandled: true,
    })
  })

  it('end by their deadline, and the handler is told', async () => {
    const slow = defineSynapse({ name: 'Slow', request: z.object({}), answer: z.object({}) })
    let aborted = 0
    const axon = await serve({}, (made) => {
      made.handle(slow, async (_request, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        aborted++
        return {}
      })
    })
    const result = await dendriteOf({ protocol }).call(slow, targetOf(axon), {}, { timeoutMs: 300 })
    expect(result).toMatchObject({ status: 'timeout', unhandled: false })
    await expect.poll(() => aborted, { timeout: 10_000 }).toBe(1)
  })

  it('are refused where the protocol is off', async () => {
    const axon = await serve({ protocols: PROTOCOLS.filter((name) => name !== protocol) })
    const result = await dendriteOf({ protocol }).call(add, targetOf(axon), { a: 1, b: 1 })
    expect(result).toMatchObject({ status: 'unauthenticated', unhandled: true })
    expect(axon.counters.refused).toMatchObject({ unsignedRequest: 1 })
  })

  it('are for one receiver only', async () => {
    const axon = await serve()
    const target = { ...targetOf(axon), hotkey: keyPairFromUri('//Charlie').hotkey }
    const result = await dendriteOf({ protocol }).call(add, target, { a: 1, b: 1 })
    expect(result).toMatchObject({ status: 'unauthenticated', unhandled: true })
  })

  it('say that a stream was cut', async () => {
    const cut = defineStream({ name: 'Cut', request: z.object({}), chunk: z.string() })
    const axon = await serve({}, (made) => {
      made.handle(cut, async function* () {
        yield 'one'
        throw new Error('no more')
      })
    })
    const read = async (): Promise<void> => {
      for await (const _chunk of dendriteOf({ protocol }).stream(cut, targetOf(axon), {}));
    }
    await expect(read()).rejects.toMatchObject({
      status: protocol === 'bt_header' ? 'unreachable' : 'failed',
    })
  })
})

describe('an axon over HTTP', () => {
  it('is called again over the connection that a whole stream came by', async () => {
    const dendrite = dendriteOf()
    const remotes = new Set<string>()
    const seen = await serve({}, () => {}, {
      verify: ({ remote }) => {
        remotes.add(remote)
        return true
      },
    })
    for (let at = 0; at < 5; at++) {
      for await (const _chunk of dendrite.stream(tell, targetOf(seen), { text: 'a b' }));
    }
    expect(remotes.size).toBe(1)
    expect(dendrite.connectionCount).toBe(1)
  })

  it('serves sessions and requests at one port', async () => {
    const axon = await serve()
    const session = new Dendrite({ signer: bob })
    opened.push(session)
    expect(await session.call(add, targetOf(axon), { a: 1, b: 1 })).toMatchObject({ status: 'ok' })
    expect(await dendriteOf().call(add, targetOf(axon), { a: 1, b: 1 })).toMatchObject({ status: 'ok' })
  })

  it('serves no sessions where told so', async () => {
    const axon = await serve({ sessions: false })
    const session = new Dendrite({ signer: bob })
    opened.push(session)
    expect(await session.call(add, targetOf(axon), { a: 1, b: 1 })).toMatchObject({
      status: 'unauthenticated',
    })
    expect(await dendriteOf().call(add, targetOf(axon), { a: 1, b: 1 })).toMatchObject({ status: 'ok' })
  })

  it('stops: calls in flight end, and new ones find nobody', async () => {
    const axon = await serve()
    const target = targetOf(axon)
    const dendrite = dendriteOf()
    expect(await dendrite.call(add, target, { a: 1, b: 1 })).toMatchObject({ status: 'ok' })
    await axon.stop()
    expect(await dendrite.call(add, target, { a: 1, b: 1 })).toMatchObject({ status: 'unreachable' })
  })

  it('takes callers of every scheme, an ML-DSA header of 10,608 characters included', async () => {
    const masterSeed = new Uint8Array(32).fill(3)
    const [hashed, mldsa] = await Promise.all([
      envelopeSigner({ scheme: 'hashed', masterSeed }),
      envelopeSigner({ scheme: 'mldsa', masterSeed }),
    ])
    const expectedScheme = fixedSchemes({ [hashed.address]: 'hashed', [mldsa.address]: 'mldsa' })
    const axon = await serve({ expectedScheme })
    for (const signer of [hashed, mldsa]) {
      expect(await dendriteOf({ signer }).call(add, targetOf(axon), { a: 1, b: 1 })).toMatchObject({
        status: 'ok',
      })
    }
    // Who is not pinned is refused, however right the signature.
    expect(await dendriteOf().call(add, targetOf(axon), { a: 1, b: 1 })).toMatchObject({
      status: 'unauthenticated',
    })
  })
})
