import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type AxonTransport } from '../../../src/axon/index.js'
import { systemClock } from '../../../src/clock/index.js'
import { hexOf, keyPairFromUri } from '../../../src/crypto/index.js'
import {
  fixedSchemes,
  type HttpServerOptions,
  httpServer,
  type ReplayStore,
  type SchemePins,
  signBtauth,
} from '../../../src/http/index.js'
import { type LegacyDraft, signLegacy } from '../../../src/http/legacy/signLegacy.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { RawPeer } from '../../support/RawPeer.js'
import { type RawReply, send } from './rawHttp.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const hashFields = { Add: [{ name: 'a', type: 'int' }] } as const
const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.number(), b: z.number() }),
  answer: z.object({ sum: z.number() }),
})
const BODY = { a: 2, b: 3 }

const opened: Axon[] = []
afterEach(async () => {
  for (const axon of opened.splice(0)) await axon.stop()
})

async function serve(
  http: Partial<HttpServerOptions> = {},
  options: Partial<AxonOptions> = {},
): Promise<Axon> {
  const transport = httpServer({
    protocols: ['btauth/1', 'bt_header'],
    expectedScheme: fixedSchemes({ [bob.address]: 'sr25519' }),
    hashFields,
    ...http,
  })
  const axon = new Axon({ signer: alice, transports: [transport], logger: silentLogger, ...options })
  opened.push(axon)
  axon.handle(add, ({ a, b }) => ({ sum: a + b }))
  await axon.start()
  return axon
}

let signed = 0n
/** The time, never twice the same. */
const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n + ++signed

/** A right request of bt_header, with some of it as given. */
function legacyOf(axon: Axon, draft: Partial<LegacyDraft> = {}): Record<string, string> {
  const headers = signLegacy({
    signer: bob,
    synapse: 'Add',
    body: BODY,
    hashFields: hashFields.Add,
    target: { hotkey: axon.hotkey, ...axon.address },
    uuid: '5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a',
    nonce: nowNs(),
    timeoutMs: 12_000,
    ...draft,
  })
  return { ...headers, 'content-type': 'application/json' }
}

const post = (
  axon: Axon,
  headers: Record<string, string>,
  body: unknown = BODY,
  path = '/Add',
): Promise<RawReply> =>
  send(axon.address, { path, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })

function without(headers: Record<string, string>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

describe('an answer to a caller of bt_header', () => {
  it('is the whole synapse with its status, inputs included', async () => {
    const axon = await serve()
    const reply = await post(axon, legacyOf(axon), {
      ...BODY,
      note: 'kept',
      sum: null,
      dendrite: { hotkey: 'liar' },
    })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      ...BODY,
      note: 'kept',
      sum: 5,
      name: 'Add',
      timeout: 12,
      axon: { hotkey: alice.address, status_code: 200 },
      dendrite: { hotkey: bob.address },
    })
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json',
      bt_header_axon_status_code: '200',
      bt_header_axon_status_message: 'Success',
    })
    expect(Number(reply.headers.bt_header_axon_process_time)).toBeGreaterThanOrEqual(0)
  })

  it('comes too for a body of the fields alone, with null terminals, or none', async () => {
    const axon = await serve()
    for (const body of [BODY, { ...BODY, dendrite: null, axon: null, timeout: null }])
      expect((await post(axon, legacyOf(axon), body)).status).toBe(200)
  })

  it('comes for a signature over wrapped bytes, as browser wallets sign', async () => {
    const axon = await serve()
    const wrapping = {
      scheme: bob.scheme,
      publicKey: bob.publicKey,
      address: bob.address,
      sign: (message: Uint8Array) =>
        bob.sign(Buffer.concat([Buffer.from('<Bytes>'), message, Buffer.from('</Bytes>')])),
    }
    expect((await post(axon, legacyOf(axon, { signer: wrapping }))).status).toBe(200)
  })

  it('is refused where a hotkey of the body, not the headers, is on the blacklist', async () => {
    const seen: string[] = []
    const axon = await serve(
      {},
      {
        blacklist: ({ hotkey, bodySigned }) => {
          seen.push(`${hotkey} ${bodySigned}`)
          return false
        },
      },
    )
    await post(axon, legacyOf(axon), { ...BODY, dendrite: { hotkey: alice.address } })
    expect(seen).toEqual([`${bob.address} false`])
  })
})

describe('a request of bt_header is refused', () => {
  const flipped = (text: string): string => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
  const NOT_VERIFIED = 'Not Verified with error: '

  it.each([
    [
      'another nonce',
      (h: Record<string, string>) => ({
        ...h,
        bt_header_dendrite_nonce: flipped(h.bt_header_dendrite_nonce ?? ''),
      }),
    ],
    ['another uuid', (h: Record<string, string>) => ({ ...h, bt_header_dendrite_uuid: 'another' })],
    ['no uuid', (h: Record<string, string>) => without(h, 'bt_header_dendrite_uuid')],
    ['another sender', (h: Record<string, string>) => ({ ...h, bt_header_dendrite_hotkey: alice.address })],
    [
      'another body hash',
      (h: Record<string, string>) => ({ ...h, computed_body_hash: flipped(h.computed_body_hash ?? '') }),
    ],
    ['no body hash', (h: Record<string, string>) => without(h, 'computed_body_hash')],
    [
      'another signature',
      (h: Record<string, string>) => ({
        ...h,
        bt_header_dendrite_signature: flipped(h.bt_header_dendrite_signature ?? ''),
      }),
    ],
  ])('with %s, as a signature that does not hold', async (_what, change) => {
    const axon = await serve()
    const reply = await post(axon, change(legacyOf(axon)))
    expect([reply.status, reply.json]).toEqual([401, { message: `${NOT_VERIFIED}Signature mismatch` }])
    expect(reply.headers.bt_header_axon_status_code).toBe('401')
    expect(axon.counters.refused).toEqual({ badRequestSignature: 1 })
  })

  it('with another receiver in the signed bytes', async () => {
    const axon = await serve()
    const target = { hotkey: bob.address, ...axon.address }
    expect((await post(axon, legacyOf(axon, { target }))).status).toBe(401)
  })

  it.each([
    ['no signature', { bt_header_dendrite_signature: undefined }, 401, 'Missing signature'],
    ['an empty signature', { bt_header_dendrite_signature: '' }, 401, 'Missing signature'],
    [
      'a signature that is no hexadecimal',
      { bt_header_dendrite_signature: '0xzz' },
      401,
      'signature is not 64 bytes',
    ],
    ['no nonce', { bt_header_dendrite_nonce: undefined }, 401, 'Missing Nonce'],
    ['a nonce that is no number', { bt_header_dendrite_nonce: 'abc' }, 400, 'bt_header_dendrite_nonce'],
    ['no hotkey', { bt_header_dendrite_hotkey: undefined }, 401, 'hotkey is missing'],
    ['a hotkey that is no address', { bt_header_dendrite_hotkey: 'nobody' }, 401, 'hotkey is no address'],
    ['an old version', { bt_header_dendrite_version: '7001999' }, 400, 'version'],
    ['no version', { bt_header_dendrite_version: undefined }, 400, 'version'],
    ['a time-out that is none', { timeout: 'abc' }, 400, 'timeout'],
  ])('with %s', async (_what, changes, status, words) => {
    const axon = await serve()
    const headers = Object.fromEntries(
      Object.entries({ ...legacyOf(axon), ...changes }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>
    const reply = await post(axon, headers)
    expect(reply.status).toBe(status)
    expect((reply.json as { message: string }).message).toContain(words)
  })

  it('when it is too old, from the future, used already, or of before the start', async () => {
    const axon = await serve({ replays: durable() })
    const old = await post(axon, legacyOf(axon, { nonce: nowNs() - 17_000_000_000n }))
    expect(old.status).toBe(401)
    expect(old.text).toMatch(
      /Nonce is too old: acceptable delta is 16\.00 seconds but request was (1[7-9]|[2-9]\d)\.\d\d seconds old/,
    )
    // The caller's own time-out widens the window no further.
    const patient = await post(axon, legacyOf(axon, { nonce: nowNs() - 17_000_000_000n, timeoutMs: 600_000 }))
    expect(patient.status).toBe(401)
    const future = await post(axon, legacyOf(axon, { nonce: nowNs() + 60_000_000_000n }))
    expect(future.status).toBe(401)
    const headers = legacyOf(axon)
    expect((await post(axon, headers)).status).toBe(200)
    const again = await post(axon, headers)
    expect([again.status, again.text]).toEqual([
      401,
      JSON.stringify({ message: `${NOT_VERIFIED}Nonce is too old, a newer one was last processed` }),
    ])
    // In memory nothing is known of before the start.
    const fresh = await serve()
    expect((await post(fresh, legacyOf(fresh, { nonce: nowNs() - 5_000_000_000n }))).status).toBe(401)
  })

  it('when the body is another than the hash is of, or none', async () => {
    const axon = await serve()
    for (const body of [{ ...BODY, a: 3 }, { b: 3 }, 'no json', '[]', '']) {
      expect((await post(axon, legacyOf(axon), body)).status).toBe(400)
    }
    // What is not signed may be anything: that is what bodySigned says.
    expect((await post(axon, legacyOf(axon), { ...BODY, b: 4 })).json).toMatchObject({ sum: 6 })
  })

  it('without telling which synapses there are', async () => {
    const axon = await serve()
    const stranger = await post(axon, { 'content-type': 'application/json' }, BODY, '/Other')
    expect(stranger.status).toBe(401)
    const known = await post(axon, legacyOf(axon), BODY, '/Other')
    // The hash is that of another synapse, for which no fields are signed.
    expect(known.status).toBe(400)
    const other = await post(axon, legacyOf(axon, { hashFields: [] }), BODY, '/Other')
    expect([other.status, other.json]).toEqual([404, { message: "Synapse name 'Other' not found." }])
  })

  it('of a caller on the blacklist without telling which names there are, nor which of their fields are signed', async () => {
    const axon = await serve({}, { blacklist: () => true })
    const told = await Promise.all([
      post(axon, legacyOf(axon)),
      post(axon, legacyOf(axon, { hashFields: [] })),
      post(axon, legacyOf(axon, { hashFields: [] }), BODY, '/Other'),
      post(axon, legacyOf(axon), BODY, '/Other'),
    ])
    expect(told.map(({ status, text }) => `${status} ${text}`)).toEqual(
      Array.from(told, () => `403 ${told[0]?.text}`),
    )
    expect(axon.counters.refused).toEqual({ blacklisted: 4 })
  })

  it('when it carries a header of btauth/1, whatever else is right', async () => {
    const axon = await serve()
    const reply = await post(axon, { ...legacyOf(axon), 'x-bittensor-nonce': '1' })
    expect(reply.status).toBe(401)
    const off = await serve({ protocols: ['bt_header'] })
    expect((await post(off, { ...legacyOf(off), 'X-Bittensor-Version': '1' })).status).toBe(401)
    expect(off.counters.refused).toEqual({ unsignedRequest: 1 })
  })
})

/** A store that outlives the process, as far as the server knows. */
function durable(): ReplayStore {
  const seen = new Set<string>()
  return {
    retentionMs: 60_000,
    isDurable: true,
    record: ({ receiver, sender, nonce }) => {
      const key = `${receiver} ${sender} ${nonce}`
      if (seen.has(key)) return 'replayed'
      seen.add(key)
      return 'fresh'
    },
  }
}

describe('a flood of signatures that do not hold', () => {
  it('holds up no caller with standing, whose next request waits for none of them', async () => {
    const axon = await serve({}, { standing: (hotkey) => (hotkey === bob.address ? 1 : 0) })
    const body = JSON.stringify(BODY)
    const requestOf = (headers: Record<string, string>): string => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      return `POST /Add HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${lines.join('')}\r\n${body}`
    }
    const caller = await RawPeer.connect(axon.address)
    const answers = (): number => caller.received.toString().split('"sum":5').length - 1
    caller.write(requestOf(legacyOf(axon)))
    await caller.until(() => answers() === 1)
    const flooders = await Promise.all([1, 2].map(() => RawPeer.connect(axon.address)))
    const headers = legacyOf(axon, { nonce: nowNs() })
    const forged = requestOf({ ...headers, bt_header_dendrite_uuid: 'another' })
    const honest = requestOf(legacyOf(axon))
    // A hundred in a packet.
    for (const flooder of flooders) flooder.write(forged.repeat(100))
    caller.write(honest)
    await caller.until(() => answers() === 2)
    // They came before it, and are looked at one in a turn.
    expect(axon.counters.refused.badRequestSignature ?? 0).toBeLessThan(40)
    await expect.poll(() => axon.counters.refused.badRequestSignature).toBe(200)
    expect(axon.counters.refused).toEqual({ badRequestSignature: 200 })
    for (const peer of [caller, ...flooders]) peer.end()
  })

  it('of one address takes half of the places of requests that wait to be proven, and is told of the rest', async () => {
    const axon = await serve({}, { limits: { maxUnauthenticated: 64 } })
    const headers = { ...legacyOf(axon), bt_header_dendrite_uuid: 'another', 'content-length': '13' }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const peer = await RawPeer.connect(axon.address)
    // Sixty in one packet, none of which waits for an answer.
    peer.write(`POST /Add HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\n{"a":2,"b":3}`.repeat(60))
    await expect.poll(() => axon.counters.refused).toEqual({ badRequestSignature: 32, tooManyRequests: 28 })
    // Answers are in the order of the requests: the first that is told so is the last of its connection.
    await peer.closed
    expect(peer.received.toString().match(/HTTP\/1\.1 \d+/g)).toEqual([
      ...Array(32).fill('HTTP/1.1 401'),
      'HTTP/1.1 429',
    ])
    expect((await post(axon, legacyOf(axon))).status).toBe(200)
  })
})

describe('requests of btauth/1', () => {
  const sign = async (axon: Axon, nonce = nowNs(), body = JSON.stringify(BODY)) => ({
    ...(await signBtauth({
      signer: bob,
      target: '/Add',
      body: Buffer.from(body),
      receiver: axon.hotkey,
      nonce,
    })),
    'content-type': 'application/json',
  })

  it('are used once among servers that share a store, and across a restart', async () => {
    const replays = durable()
    const [one, two] = [await serve({ replays }), await serve({ replays })]
    const headers = await sign(one)
    expect((await post(one, headers)).status).toBe(200)
    expect((await post(one, headers)).status).toBe(401)
    expect((await post(two, headers)).status).toBe(401)
    await one.stop()
    await one.start()
    expect((await post(one, headers)).status).toBe(401)
  })

  it('are used once at all ports of an axon, and servers that would remember apart do not start', async () => {
    const ports: number[] = []
    const at = (options: Partial<HttpServerOptions> = {}): AxonTransport => {
      const expectedScheme = fixedSchemes({ [bob.address]: 'sr25519' })
      const transport = httpServer({ protocols: ['btauth/1'], expectedScheme, sessions: false, ...options })
      return {
        kind: transport.kind,
        async listen(host) {
          const endpoint = await transport.listen(host)
          ports.push(endpoint.address.port)
          return endpoint
        },
      }
    }
    const started = async (transports: readonly AxonTransport[]): Promise<Axon> => {
      const axon = new Axon({ signer: alice, transports, logger: silentLogger })
      opened.push(axon)
      axon.handle(add, ({ a, b }) => ({ sum: a + b }))
      await axon.start()
      return axon
    }
    const replays = durable()
    for (const options of [{}, { replays }]) {
      ports.length = 0
      const axon = await started([at(options), at(options)])
      const headers = await sign(axon)
      const statuses: number[] = []
      for (const port of ports) {
        const request = { path: '/Add', headers, body: JSON.stringify(BODY) }
        statuses.push((await send({ host: axon.address.host, port }, request)).status)
      }
      expect([new Set(ports).size, statuses]).toEqual([2, [200, 401]])
    }
    for (const apart of [
      [at(), at({ replays })],
      [at({ replays }), at()],
      [at({ replays }), at({ replays: durable() })],
    ])
      await expect(started(apart)).rejects.toMatchObject({ code: 'InvalidArgument', field: 'replays' })
  })

  it('of before the start are refused where nothing is remembered', async () => {
    const axon = await serve()
    const headers = await sign(axon)
    expect((await post(axon, headers)).status).toBe(200)
    await axon.stop()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await axon.start()
    expect((await post(axon, headers)).status).toBe(401)
  })

  it('of before the start are refused too when they were signed ahead, and taken no earlier than at their time', async () => {
    const axon = await serve()
    const aheadMs = 900
    const signedAtMs = Date.now() + aheadMs
    const headers = await sign(axon, BigInt(signedAtMs) * 1_000_000n)
    expect((await post(axon, headers)).status).toBe(200)
    expect(Date.now()).toBeGreaterThanOrEqual(signedAtMs)
    await axon.stop()
    await axon.start()
    expect((await post(axon, headers)).status).toBe(401)
    // One that was not used is taken: what is refused is of before the start, not who is ahead.
    expect((await post(axon, await sign(axon, BigInt(Date.now() + 300) * 1_000_000n))).status).toBe(200)
  })

  it('that were signed ahead hold nothing of what bodies may hold while they wait', async () => {
    // The axon's time stands until it is moved on.
    let nowMs = Date.now()
    const clock = { ...systemClock, now: () => nowMs }
    const axon = await serve({ maxHeldBytes: 20 }, { clock })
    const at = (ms: number): bigint => BigInt(ms) * 1_000_000n
    const ahead = post(axon, await sign(axon, at(nowMs + 400)))
    await expect.poll(() => axon.counters.unauthenticatedOpen).toBe(1)
    expect((await post(axon, await sign(axon, at(nowMs)))).status).toBe(200)
    expect(axon.counters.unauthenticatedOpen).toBe(1)
    nowMs += 400
    expect((await ahead).status).toBe(200)
  })

  it('are refused as unavailable while the store is down', async () => {
    const record = (): never => {
      throw new Error('down')
    }
    const axon = await serve({ replays: { retentionMs: 60_000, isDurable: true, record } })
    const reply = await post(axon, await sign(axon))
    expect(reply.status).toBe(503)
    expect(reply.text).not.toContain('down')
  })

  it('are refused as unavailable while what knows the schemes says nothing, and hold nothing then', async () => {
    let isDown = true
    // A promise of another library's than the language's, too.
    const silent: (() => PromiseLike<never>)[] = [
      () => new Promise(() => {}),
      // biome-ignore lint/suspicious/noThenProperty: what such a library gives.
      () => ({ then: () => undefined as never }),
    ]
    const expectedScheme = () => (isDown ? silent.pop()?.() : 'sr25519')
    const axon = await serve({ expectedScheme: expectedScheme as SchemePins, maxHeldBytes: 20 })
    expect((await post(axon, await sign(axon))).status).toBe(503)
    expect((await post(axon, await sign(axon))).status).toBe(503)
    isDown = false
    expect((await post(axon, await sign(axon))).status).toBe(200)
  })

  it('name the mistake of pins that give no scheme to nobody but the owner', async () => {
    const causes: unknown[] = []
    const axon = await serve({ expectedScheme: (() => 'rsa') as never })
    axon.on('refused', ({ cause }) => causes.push(cause))
    const reply = await post(axon, await sign(axon))
    expect([reply.status, reply.json]).toEqual([500, { message: 'Internal Server Error' }])
    expect(causes).toMatchObject([{ name: 'InvalidArgumentError', field: 'expectedScheme' }])
  })

  it('may have a query, which is signed', async () => {
    const axon = await serve()
    const body = JSON.stringify(BODY)
    const draft = {
      signer: bob,
      target: '/Add?fast=1',
      body: Buffer.from(body),
      receiver: axon.hotkey,
      nonce: nowNs(),
    }
    const headers = { ...(await signBtauth(draft)), 'content-type': 'application/json' }
    expect((await post(axon, headers, body, '/Add?fast=2')).status).toBe(401)
    expect((await post(axon, headers, body, '/Add?fast=1')).status).toBe(200)
  })
})

describe('an axon over HTTP withstands', () => {
  it.each([
    ['another method', { method: 'GET' }, 405],
    ['a path of two parts', { path: '/Add/more' }, 404],
    ['the root', { path: '/' }, 404],
    ['no content type', { headers: { 'content-type': undefined } }, 415],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['another character set', { headers: { 'content-type': 'application/json; charset=latin1' } }, 415],
    [
      'a compressed body',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify(BODY)) },
      415,
    ],
    ['a body of 10 MiB', { body: Buffer.alloc(10 * 1_048_576, 32) }, 413],
    ['a header of 64 KiB', { headers: { 'x-long': 'x'.repeat(65_536) } }, 431],
  ])('%s', async (_what, change, status) => {
    const axon = await serve()
    const { headers = {}, ...rest } = change as { headers?: Record<string, string | undefined> }
    const all = Object.fromEntries(
      Object.entries({ ...legacyOf(axon), ...headers }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>
    const reply = await send(axon.address, {
      path: '/Add',
      body: JSON.stringify(BODY),
      ...rest,
      headers: all,
    })
    expect(reply.status).toBe(status)
    expect((await post(axon, legacyOf(axon))).status).toBe(200)
  })

  it('a body that does not come, and one that is cut', async () => {
    const axon = await serve({ bodyMs: 200 })
    const begin = (): string => {
      const head = Object.entries(legacyOf(axon)).map(([name, value]) => `${name}: ${value}\r\n`)
      return `POST /Add HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n${head.join('')}\r\n{"a"`
    }
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(axon.address.port, axon.address.host, () => socket.write(begin()))
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes.toString()
      })
      socket.on('close', () => resolve(text))
    })
    expect(answer).toContain('HTTP/1.1 408')
    const cut = connect(axon.address.port, axon.address.host, () => {
      cut.write(begin())
      setTimeout(() => cut.destroy(), 50)
    })
    await expect.poll(() => axon.counters.refused.bodyNotRead, { timeout: 10_000 }).toBe(2)
    await expect.poll(() => axon.counters.unauthenticatedOpen, { timeout: 10_000 }).toBe(0)
  })

  it('a body that comes a byte at a time', async () => {
    const axon = await serve()
    const body = JSON.stringify({ ...BODY, note: 'x'.repeat(5_000) })
    const pieces = [...body].map((byte) => `1\r\n${byte}\r\n`)
    const head = Object.entries(legacyOf(axon)).map(([name, value]) => `${name}: ${value}\r\n`)
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(axon.address.port, axon.address.host, () => {
        socket.write(`POST /Add HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${head.join('')}\r\n`)
        socket.write(`${pieces.join('')}0\r\n\r\n`)
      })
      socket.on('data', (bytes) => {
        socket.destroy()
        resolve(bytes.toString())
      })
    })
    expect(answer).toContain('HTTP/1.1 200')
  })

  it('a connection that is cut while answers wait behind another: all its calls are cancelled', async () => {
    const axon = await serve()
    const wait = defineSynapse({ name: 'Wait', request: z.object({}), answer: z.object({}) })
    let cancelled = 0
    axon.handle(wait, async (_request, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      cancelled++
      return {}
    })
    const asked = (): string => {
      const signed = legacyOf(axon, { synapse: 'Wait', hashFields: [] })
      const head = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`)
      return `POST /Wait HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${head.join('')}\r\n{}`
    }
    const socket = connect(axon.address.port, axon.address.host, () =>
      socket.write(asked() + asked() + asked()),
    )
    await expect.poll(() => axon.counters.callsRunning, { timeout: 10_000 }).toBe(3)
    socket.destroy()
    await expect.poll(() => cancelled, { timeout: 10_000 }).toBe(3)
  })

  it('answers that wait behind another, which hold too much together: their connection is closed', async () => {
    const axon = await serve({}, { limits: { maxTotalUnreadBytes: 250_000 } })
    const nothing = z.object({})
    const wait = defineSynapse({ name: 'Wait', request: nothing, answer: nothing })
    axon.handle(wait, async (_request, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return {}
    })
    const long = defineSynapse({ name: 'Long', request: nothing, answer: z.object({ text: z.string() }) })
    axon.handle(long, () => ({ text: 'x'.repeat(100_000) }))
    const asked = (synapse: string): string => {
      const head = Object.entries(legacyOf(axon, { synapse, hashFields: [] }))
      return `POST /${synapse} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n{}`
    }
    let isClosed = false
    const socket = connect(axon.address.port, axon.address.host, () =>
      socket.write(asked('Wait') + asked('Long') + asked('Long') + asked('Long')),
    )
    socket.on('close', () => {
      isClosed = true
    })
    await expect.poll(() => isClosed, { timeout: 10_000 }).toBe(true)
    expect(axon.counters.refused).toEqual({ slowReader: 1 })
    await expect.poll(() => axon.counters.callsRunning, { timeout: 10_000 }).toBe(0)
    expect((await post(axon, legacyOf(axon))).status).toBe(200)
  })

  it('a connection that has begun its next request when the axon stops: it is closed', async () => {
    const axon = await serve()
    const head = Object.entries(legacyOf(axon)).map(([name, value]) => `${name}: ${value}\r\n`)
    const body = JSON.stringify(BODY)
    let isClosed = false
    const socket = connect(axon.address.port, axon.address.host, () =>
      socket.write(
        `POST /Add HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${head.join('')}\r\n${body}`,
      ),
    )
    socket.on('close', () => {
      isClosed = true
    })
    await new Promise((resolve) => socket.once('data', resolve))
    socket.write('POST /Add HT')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await axon.stop()
    await expect.poll(() => isClosed, { timeout: 4_000 }).toBe(true)
  })

  it('more slow bodies than may wait: the oldest gives way', async () => {
    const axon = await serve({}, { limits: { maxUnauthenticated: 3 } })
    const begin = (): string => {
      const head = Object.entries(legacyOf(axon)).map(([name, value]) => `${name}: ${value}\r\n`)
      return `POST /Add HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n${head.join('')}\r\n{`
    }
    const sockets = Array.from({ length: 5 }, () => {
      const socket = connect(axon.address.port, axon.address.host, () => socket.write(begin()))
      socket.on('error', () => {})
      return socket
    })
    await expect.poll(() => axon.counters.refused.tooManyRequests, { timeout: 10_000 }).toBe(2)
    expect((await post(axon, legacyOf(axon))).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('a connection that sends a thousand requests ahead: it is closed, and no other gives way', async () => {
    const axon = await serve({}, { limits: { maxUnauthenticated: 200 } })
    const body = JSON.stringify(BODY)
    const head = Object.entries(legacyOf(axon)).map(([name, value]) => `${name}: ${value}\r\n`)
    const slow = await RawPeer.connect(axon.address)
    slow.write(`POST /Add HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${head.join('')}\r\n{`)
    await expect.poll(() => axon.counters.unauthenticatedOpen, { timeout: 10_000 }).toBe(1)
    const flood = await RawPeer.connect(axon.address)
    flood.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1_000))
    await flood.closed
    slow.write(body.slice(1))
    await slow.until(() => slow.received.includes('"sum":5'))
    expect(slow.received.toString()).toContain('HTTP/1.1 200')
    expect(axon.counters.refused).toMatchObject({ connectionBusy: 1 })
    expect(axon.counters.refused.tooManyRequests).toBeUndefined()
    slow.end()
  })

  it('bodies that would hold too much together', async () => {
    const axon = await serve({ maxHeldBytes: 5 })
    expect((await post(axon, legacyOf(axon))).status).toBe(503)
  })

  it('slow bodies that hold all there is: the oldest gives way', async () => {
    const axon = await serve({ maxHeldBytes: 185 })
    const head = (): string =>
      Object.entries(legacyOf(axon))
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
    const sockets = Array.from({ length: 3 }, () => {
      const begin = `POST /Add HTTP/1.1\r\nHost: a\r\nContent-Length: 199\r\n${head()}\r\n${' '.repeat(90)}`
      const socket = connect(axon.address.port, axon.address.host, () => socket.write(begin))
      socket.on('error', () => {})
      return socket
    })
    await expect.poll(() => axon.counters.refused.bodyNotRead, { timeout: 10_000 }).toBe(1)
    expect((await post(axon, legacyOf(axon))).status).toBe(200)
    await expect.poll(() => axon.counters.refused.bodyNotRead, { timeout: 10_000 }).toBe(2)
    for (const socket of sockets) socket.destroy()
  })

  it('requests of one caller that would hold too much together, which is told as overload', async () => {
    const limits = { maxRequestBytes: 40, maxRequestBytesPerCaller: 40 }
    const held = { resolve: (): void => {} }
    const verify = (): Promise<boolean> =>
      new Promise((resolve) => {
        held.resolve = () => resolve(true)
      })
    const axon = await serve({}, { limits, verify })
    const long = { ...BODY, note: 'x'.repeat(30) }
    const first = post(axon, legacyOf(axon), long)
    await expect.poll(() => axon.counters.callsAdmitting, { timeout: 10_000 }).toBe(1)
    expect((await post(axon, legacyOf(axon), long)).status).toBe(429)
    expect(axon.counters.refused).toEqual({ requestBytesFull: 1 })
    held.resolve()
    expect((await first).status).toBe(200)
    // What was held is given back with the last word.
    const next = post(axon, legacyOf(axon), long)
    await expect.poll(() => axon.counters.callsAdmitting, { timeout: 10_000 }).toBe(1)
    held.resolve()
    expect((await next).status).toBe(200)
  })

  it('HTTP/1.0: plain calls are answered, a stream that would end alike whether cut or whole is not begun', async () => {
    const axon = await serve()
    let began = 0
    axon.handle(defineStream({ name: 'Tell', request: z.object({}), chunk: z.string() }), async function* () {
      began++
      yield 'one'
    })
    const old = async (headers: Record<string, string>, name: string, body: string): Promise<string> => {
      const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`)
      const peer = await RawPeer.connect(axon.address)
      peer.write(`POST /${name} HTTP/1.0\r\nContent-Length: ${body.length}\r\n${lines.join('')}\r\n${body}`)
      await peer.closed
      return peer.received.toString()
    }
    expect(await old(legacyOf(axon), 'Add', JSON.stringify(BODY))).toContain('"sum":5')
    const legacy = await old(legacyOf(axon, { synapse: 'Tell', body: {}, hashFields: [] }), 'Tell', '{}')
    expect(legacy).toMatch(/^HTTP\/1\.1 505 /)
    expect(legacy).toContain('needs HTTP/1.1')
    expect(began).toBe(0)
    // Lines of JSON say themselves where they end.
    const draft = {
      signer: bob,
      target: '/Tell',
      body: Buffer.from('{}'),
      receiver: axon.hotkey,
      nonce: nowNs(),
    }
    const signedToo = { ...(await signBtauth(draft)), 'content-type': 'application/json' }
    expect(await old(signedToo, 'Tell', '{}')).toContain('{"chunk":"one"}\n{"end":"ok"}\n')
    expect(axon.counters.refused).toEqual({ malformedHttp: 1 })
  })

  it('a page of the web that was not let in', async () => {
    const axon = await serve()
    expect((await post(axon, { ...legacyOf(axon), origin: 'https://example.org' })).status).toBe(403)
  })

  it('keys that objects treat as their prototype', async () => {
    const axon = await serve()
    expect((await post(axon, legacyOf(axon), '{"a":2,"b":3,"__proto__":{"x":1}}')).status).toBe(400)
  })

  it('a signature that is right under another hash of the same length', async () => {
    const axon = await serve()
    const headers = { ...legacyOf(axon), computed_body_hash: hexOf(new Uint8Array(32)) }
    expect((await post(axon, headers)).status).toBe(401)
  })
})
