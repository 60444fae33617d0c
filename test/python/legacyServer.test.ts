import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { Axon, type AxonOptions } from '../../src/axon/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { decodeTensor, encodeTensor, httpServer, type WireTensor } from '../../src/http/index.js'
import { silentLogger } from '../../src/log/index.js'
import { send } from '../integration/http/rawHttp.js'
import { testNeeding } from '../support/requirement.js'
import { Peer } from './peer.js'
import { pythonPeer } from './peers.js'
import { type Exchange, keep, pairsOf, type Recorder, recordBetween } from './recorder.js'
import { add, classes, cut, double, fail, hashFields, tell, wait } from './synapses.js'

const needed = pythonPeer('sdk10')
const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

/** What a Python caller finds after its call. */
interface Told {
  readonly status: number
  readonly message: string
  readonly isSuccess: boolean
  readonly axonStatus: number
  readonly axonHotkey: string
  readonly processTime: number
  readonly fields: Readonly<Record<string, unknown>>
}

let peer: Peer
const heard: Exchange[] = []
beforeAll(async () => {
  if (needed.missing !== undefined) return
  peer = await Peer.start('sdk10')
  await peer.ask({ do: 'classes', text: classes })
}, 60_000)
afterAll(async () => {
  if (needed.missing !== undefined) return
  await peer.ask({ do: 'stop' })
  await peer.stop()
  keep('python-calls-ours', heard)
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(options: Partial<AxonOptions> = {}): Promise<{ axon: Axon; recorder: Recorder }> {
  const transports = [httpServer({ protocols: ['bt_header'], hashFields })]
  const axon = new Axon({ signer: alice, transports, logger: silentLogger, ...options })
  axon.handle(add, ({ a, b }) => ({ sum: a + b }))
  axon.handle(double, ({ tensor }) => {
    const { dtype, shape, data } = decodeTensor(tensor as WireTensor)
    const doubled = encodeTensor({ dtype, shape, data: (data as Float32Array).map((value) => 2 * value) })
    return { doubled: { ...doubled, shape: [...doubled.shape] } }
  })
  axon.handle(fail, () => {
    throw new Error('no answer')
  })
  axon.handle(wait, async (_request, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return {}
  })
  axon.handle(tell, async function* ({ prompt }) {
    for (const word of prompt.split(' ')) yield word
  })
  axon.handle(cut, async function* () {
    yield 'one'
    throw new Error('no more')
  })
  await axon.start()
  const recorder = await recordBetween(axon.address)
  closing.push(async () => {
    heard.push(...recorder.exchanges)
    await recorder.close()
    await axon.stop()
  })
  return { axon, recorder }
}

const call = (
  { recorder, axon }: { recorder: Recorder; axon: Axon },
  synapse: string,
  fields: object,
  more: object = {},
): Promise<Told> => {
  const { host, port } = recorder
  recorder.name = synapse
  return peer.ask<Told>({
    do: 'call',
    as: '//Bob',
    hotkey: axon.hotkey,
    host,
    port,
    synapse,
    fields,
    ...more,
  })
}

describe('a Python dendrite', () => {
  testNeeding(needed, 'is the one that is pinned', async () => {
    expect(await peer.ask({ do: 'about' })).toEqual({ bittensor: '10.5.0' })
  })

  testNeeding(needed, 'is answered by our axon, by a class that we printed', async () => {
    const served = await serve()
    const told = await call(served, 'Add', { a: 2, b: 40, label: 'héllo' })
    expect(told).toMatchObject({
      status: 200,
      message: 'Success',
      isSuccess: true,
      axonStatus: 200,
      axonHotkey: alice.address,
      fields: { a: 2, b: 40, label: 'héllo', sum: 42 },
    })
    expect(told.processTime).toBeGreaterThanOrEqual(0)
  })

  testNeeding(needed, 'is answered by a tensor', async () => {
    const served = await serve()
    const tensor = { $tensor: [[1.5, 2.5]], dtype: 'float32' }
    const told = await call(served, 'Double', { tensor })
    expect(told.status).toBe(200)
    const doubled = decodeTensor(told.fields.doubled as WireTensor)
    expect(doubled).toEqual({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(3, 5) })
  })

  testNeeding(needed, 'packs tensors as we do, single numbers included', async () => {
    const tensors = [
      [[1.5, 2.5], encodeTensor({ dtype: 'float32', shape: [2], data: Float32Array.of(1.5, 2.5) })],
      [
        [
          [1, 2],
          [3, 4],
        ],
        encodeTensor({ dtype: 'int64', shape: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) }),
      ],
      [[], encodeTensor({ dtype: 'float32', shape: [0], data: new Float32Array() })],
      [[true, false], encodeTensor({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) })],
      [2.5, encodeTensor({ dtype: 'float64', shape: [], data: Float64Array.of(2.5) })],
      [[1], encodeTensor({ dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c00) })],
      [[-7], encodeTensor({ dtype: 'int8', shape: [1], data: Int8Array.of(-7) })],
      [[300], encodeTensor({ dtype: 'int16', shape: [1], data: Int16Array.of(300) })],
      [[7], encodeTensor({ dtype: 'uint8', shape: [1], data: Uint8Array.of(7) })],
      [[70_000], encodeTensor({ dtype: 'int32', shape: [1], data: Int32Array.of(70_000) })],
    ] as const
    for (const [values, ours] of tensors) {
      expect(await peer.ask({ do: 'pack', values, dtype: ours.dtype })).toEqual(ours)
    }
  })

  testNeeding(needed, 'is streamed to', async () => {
    const { recorder, axon } = await serve()
    const { host, port } = recorder
    recorder.name = 'Tell'
    const told = await peer.ask<{ chunks: string[]; last: Told }>({
      do: 'stream',
      as: '//Bob',
      hotkey: axon.hotkey,
      host,
      port,
      synapse: 'Tell',
      fields: { prompt: 'a bcd é' },
    })
    expect(told.chunks.join('')).toBe('abcdé')
    expect(told.last).toMatchObject({ axonStatus: 200, fields: { completion: 'abcdé' } })
  })

  testNeeding(needed, 'is answered twenty times at once under one name', async () => {
    const { axon } = await serve()
    const { host, port } = axon.address
    const ask = { do: 'call', as: '//Bob', hotkey: axon.hotkey, host, port, synapse: 'Add' }
    for (let at = 0; at < 20; at++) {
      const told = await peer.ask<Told>({ ...ask, fields: { a: at, b: 1, label: '' } })
      expect(told.fields.sum).toBe(at + 1)
    }
  })

  testNeeding(needed, 'is told each refusal by its status and its words', async () => {
    const served = await serve()
    expect(await call(served, 'None_', { a: 1 })).toMatchObject({
      status: 404,
      message: "Synapse name 'None_' not found.",
    })
    expect(await call(served, 'Fail', { a: 1 })).toMatchObject({
      status: 500,
      message: 'Internal Server Error',
    })
    expect(await call(served, 'Wait', { a: 1 }, { timeout: 1 })).toMatchObject({ status: 408 })
    const wrong = await call(served, 'Add', { a: 1, b: 1, label: '' }, { hotkey: bob.address })
    expect(wrong).toMatchObject({ status: 401, message: 'Not Verified with error: Signature mismatch' })
    const closed = await serve({ blacklist: () => true })
    const refused = await call(closed, 'Add', { a: 1, b: 1, label: '' })
    expect(refused.status).toBe(403)
    expect(refused.message).toContain('Forbidden. Key is blacklisted:')
    const full = await serve({
      limits: { maxAdmitting: 1, maxAdmittingPerCaller: 1 },
      verify: () => new Promise(() => {}),
    })
    void call(full, 'Add', { a: 1, b: 1, label: '' }, { timeout: 1 })
    await expect.poll(() => full.axon.counters.callsAdmitting).toBe(1)
    expect(await call(full, 'Add', { a: 1, b: 1, label: '' })).toMatchObject({ status: 429 })
  })

  testNeeding(needed, 'is refused when one byte of a signed part was changed on the way', async () => {
    const served = await serve()
    await call(served, 'Add', { a: 7, b: 1, label: 'kept' })
    const [exchange] = served.recorder.exchanges
    if (exchange === undefined) return expect.unreachable('nothing was recorded')
    const headers = Object.fromEntries(pairsOf(exchange.request.rawHeaders))
    const body = Buffer.from(exchange.request.body, 'base64').toString()
    const post = async (changed: Record<string, string>, text = body): Promise<number> => {
      const all = { ...headers, ...changed, 'Content-Length': String(Buffer.byteLength(text)) }
      return (await send(served.axon.address, { path: exchange.request.target, headers: all, body: text }))
        .status
    }
    const signed = ['nonce', 'hotkey', 'uuid', 'signature'].map((part) => `bt_header_dendrite_${part}`)
    for (const name of [...signed, 'computed_body_hash']) {
      const value = headers[name] ?? ''
      const at = Math.floor(value.length / 2)
      const other = `${value.slice(0, at)}${value[at] === '1' ? '2' : '1'}${value.slice(at + 1)}`
      expect([name, await post({ [name]: other })]).toEqual([name, 401])
    }
    // The nonce was used above, which is told before the body is read.
    expect(await post({})).toBe(401)
    const fresh = await serve()
    expect(fresh.axon.hotkey).toBe(served.axon.hotkey)
    expect(body).toContain('"label": "kept"')
  })

  testNeeding(needed, 'is refused when a field that it signed was changed in the body', async () => {
    const served = await serve()
    await call(served, 'Add', { a: 7, b: 1, label: 'kept' })
    const [exchange] = served.recorder.exchanges
    const headers = Object.fromEntries(pairsOf(exchange?.request.rawHeaders ?? []))
    const body = Buffer.from(exchange?.request.body ?? '', 'base64').toString()
    // Another axon of the same key, that remembers nothing and goes by a store that lasts.
    const transports = [
      httpServer({
        protocols: ['bt_header'],
        hashFields,
        replays: { retentionMs: 60_000, isDurable: true, record: () => 'fresh' },
      }),
    ]
    const other = await serve({ transports })
    const post = async (text: string): Promise<number> => {
      const all = { ...headers, 'Content-Length': String(Buffer.byteLength(text)) }
      return (await send(other.axon.address, { path: '/Add', headers: all, body: text })).status
    }
    expect(await post(body)).toBe(200)
    expect(await post(body.replace('"a": 7', '"a": 8'))).toBe(400)
    expect(await post(body.replace('"label": "kept"', '"label": "keptt"'))).toBe(400)
    // What is not signed can be changed: that is what bodySigned says.
    expect(await post(body.replace('"b": 1', '"b": 2'))).toBe(200)
  })
})
