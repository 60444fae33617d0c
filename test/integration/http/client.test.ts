import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { CallFailedError, Dendrite, type DendriteOptions, type Target } from '../../../src/dendrite/index.js'
import { headerFields } from '../../../src/http/headerFields.js'
import {
  fixedSchemes,
  type HttpClientOptions,
  httpClient,
  memoryReplayStore,
  NotJsonError,
  NotPythonError,
  verifyBtauth,
} from '../../../src/http/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { serveRaw } from './rawHttp.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.number() }),
  answer: z.object({ sum: z.number() }),
})
const any = defineSynapse({ name: 'Any', request: z.unknown(), answer: z.unknown() })
const tell = defineStream({ name: 'Tell', request: z.object({}), chunk: z.string() })

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Handle = (request: IncomingMessage, response: ServerResponse) => void

async function serving(handle: Handle): Promise<Target> {
  const { server, host, port } = await serveRaw(handle)
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { hotkey: alice.hotkey, host, port }
}

function dendriteOf(http: HttpClientOptions = {}, options: Partial<DendriteOptions> = {}): Dendrite {
  const dendrite = new Dendrite({ signer: bob, transport: httpClient(http), ...options })
  closing.push(() => dendrite.close())
  return dendrite
}

/** Answers as servers of bt_header do. */
const legacy =
  (status: number, body: string, headers: Record<string, string> = {}): Handle =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)

describe('a dendrite over bt_header', () => {
  // The rows of answers of the reference, one by one.
  it.each([
    ['unknown path', legacy(404, '{"message":"Synapse name"}'), 'unknownSynapse', true],
    ['blacklisted', legacy(403, '{"message":"Forbidden"}'), 'forbidden', true],
    [
      'nonce, signature or hotkey refused',
      legacy(401, '{"message":"Not Verified"}'),
      'unauthenticated',
      true,
    ],
    ['priority timed out', legacy(408, '{"message":"Response timeout"}'), 'timeout', false],
    ['handler raised', legacy(500, '{"message":"Internal Server Error #1"}'), 'failed', false],
    ['body is no JSON', legacy(422, '{"detail":[{"type":"json_invalid"}]}'), 'malformed', false],
    [
      'reason not Latin',
      (_r: IncomingMessage, s: ServerResponse) =>
        s.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error'),
      'failed',
      false,
    ],
    ['method not allowed', legacy(405, '{"detail":"Method Not Allowed"}'), 'malformed', true],
    ['overload', legacy(503, '{"message":"busy"}'), 'unreachable', false],
    ['too many', legacy(429, '{"message":"busy"}'), 'overloaded', false],
    ['too large', legacy(413, '{"message":"large"}'), 'tooLarge', false],
    [
      'a status in the headers alone',
      legacy(200, '{"sum":1}', { bt_header_axon_status_code: '403' }),
      'forbidden',
      true,
    ],
    [
      'closed without an answer',
      (_r: IncomingMessage, s: ServerResponse) => s.destroy(),
      'unreachable',
      false,
    ],
    [
      'a redirect',
      (_r: IncomingMessage, s: ServerResponse) => s.writeHead(307, { location: '/Other' }).end(),
      'malformed',
      false,
    ],
    ['JSON that is no object', legacy(200, '[1]'), 'malformed', false],
    ['no JSON', legacy(200, 'sum'), 'malformed', false],
    ['another content type', legacy(200, '{"sum":1}', { 'content-type': 'text/html' }), 'malformed', false],
    [
      'a content type that begins alike',
      legacy(200, '{"sum":1}', { 'content-type': 'application/json-patch+json' }),
      'malformed',
      false,
    ],
    ['a missing field', legacy(200, '{"other":1}'), 'malformed', false],
    [
      'a header above the limit',
      legacy(200, '{"sum":1}', { 'x-long': 'x'.repeat(20_000) }),
      'tooLarge',
      false,
    ],
    ['a body above the limit', legacy(200, `{"sum":1,"x":"${'x'.repeat(100_000)}"}`), 'tooLarge', false],
    [
      'a compressed body that grows beyond it',
      (_r: IncomingMessage, s: ServerResponse) =>
        s
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(50_000_000, 32))),
      'tooLarge',
      false,
    ],
    [
      'a compression that nobody asked for',
      legacy(200, 'x', { 'content-encoding': 'br' }),
      'malformed',
      false,
    ],
    ['compressed bytes that are none', legacy(200, 'x', { 'content-encoding': 'gzip' }), 'malformed', false],
    [
      'a body that is cut',
      (_r: IncomingMessage, s: ServerResponse) => {
        s.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' })
        s.write('{"sum"')
        setTimeout(() => s.destroy(), 20)
      },
      'unreachable',
      false,
    ],
  ] as readonly (readonly [string, Handle, string, boolean])[])(
    '%s',
    async (_what, handle, status, unhandled) => {
      const target = await serving(handle)
      const dendrite = dendriteOf({ protocol: 'bt_header' }, { limits: { maxFrameBytes: 65_536 } })
      expect(await dendrite.call(add, target, { a: 1 })).toMatchObject({ status, unhandled })
    },
  )

  it('reads a compressed answer, null terminals and fields of the request', async () => {
    const body = gzipSync('{"a":1,"sum":7,"dendrite":null,"axon":null,"name":"Add","note":null}')
    const target = await serving((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body),
    )
    const result = await dendriteOf({ protocol: 'bt_header' }).call(add, target, { a: 1 })
    expect(result).toMatchObject({ status: 'ok', answer: { sum: 7 } })
  })

  it('says what servers of it need, and placeholders for each field', async () => {
    let headers: IncomingMessage['headers'] = {}
    const target = await serving((request, response) => {
      headers = request.headers
      legacy(200, '{}')(request, response)
    })
    const body = { text: 'a', count: 3, share: 0.5, flag: true, list: [1], record: { a: 1 } }
    await dendriteOf({ protocol: 'bt_header' }).call(any, target, body, { timeoutMs: 12_000 })
    expect(headers).toMatchObject({
      name: 'Any',
      bt_header_axon_hotkey: alice.address,
      bt_header_dendrite_hotkey: bob.address,
      bt_header_dendrite_version: '10005000',
      bt_header_input_obj_text: 'IiI=',
      bt_header_input_obj_count: 'MA==',
      bt_header_input_obj_share: 'MC4w',
      bt_header_input_obj_flag: 'ZmFsc2U=',
      bt_header_input_obj_list: 'W10=',
      bt_header_input_obj_record: 'e30=',
    })
    expect(headers.timeout).toMatch(/^1[12]\.\d+$/)
  })

  it('lets nonces of one name rise, however many calls there are at once', async () => {
    const seen = new Map<string, bigint[]>()
    const target = await serving((request, response) => {
      const { bt_header_dendrite_uuid: uuid, bt_header_dendrite_nonce: nonce } = request.headers as Record<
        string,
        string
      >
      seen.set(uuid ?? '', [...(seen.get(uuid ?? '') ?? []), BigInt(nonce ?? 0)])
      legacy(200, '{"sum":1}')(request, response)
    })
    const dendrite = dendriteOf({ protocol: 'bt_header', maxConnectionsPerTarget: 4 })
    await Promise.all(Array.from({ length: 60 }, () => dendrite.call(add, target, { a: 1 })))
    expect(seen.size).toBeLessThanOrEqual(4)
    for (const nonces of seen.values())
      expect(nonces.every((nonce, at) => at === 0 || nonce > (nonces[at - 1] ?? 0n))).toBe(true)
  })

  it.each([
    ['a list', [1]],
    ['a name in camelCase', { aB: 1 }],
    ['a name that every synapse has', { timeout: 1 }],
  ])('cannot say %s', async (_what, body) => {
    const target = { hotkey: alice.hotkey, host: '127.0.0.1', port: 1 }
    await expect(dendriteOf({ protocol: 'bt_header' }).call(any, target, body)).rejects.toThrow(
      NotPythonError,
    )
  })

  it('cannot say a signed field of another type', async () => {
    const hashFields = { Any: [{ name: 'a', type: 'int' }] } as const
    const target = { hotkey: alice.hotkey, host: '127.0.0.1', port: 1 }
    const dendrite = dendriteOf({ protocol: 'bt_header', hashFields })
    await expect(dendrite.call(any, target, { a: 1.5 })).rejects.toThrow(NotPythonError)
  })
})

describe('a dendrite over HTTP', () => {
  it('signs what travels, as any verifier of btauth/1 sees it', async () => {
    const verified: unknown[] = []
    const { server, host, port } = await serveRaw(() => {})
    server.removeAllListeners('request')
    const rules = {
      receiver: alice.address,
      expectedScheme: fixedSchemes({ [bob.address]: 'sr25519' }),
      replays: memoryReplayStore(),
    }
    server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece as Buffer)
      const { method = '', url: target = '', rawHeaders } = request
      verified.push(await verifyBtauth({ method, target, rawHeaders, body: Buffer.concat(pieces) }, rules))
      legacy(200, '{"sum":1}')(request, response)
    })
    closing.push(() => server.close())
    const result = await dendriteOf().call(add, { hotkey: alice.hotkey, host, port }, { a: 1 })
    expect(result.status).toBe('ok')
    expect(verified).toMatchObject([{ sender: bob.address, scheme: 'sr25519' }])
  })

  it.each([
    ['a bigint', 1n],
    ['a date', { at: new Date(0) }],
    ['bytes', new Uint8Array(1)],
    ['what is no number', [Number.NaN]],
    ['half a pair', '\ud800'],
    ['undefined in a list', [undefined]],
    ['a map', new Map()],
  ])('cannot say %s', async (_what, body) => {
    const target = { hotkey: alice.hotkey, host: '127.0.0.1', port: 1 }
    await expect(dendriteOf().call(any, target, body)).rejects.toThrow(NotJsonError)
  })

  it('ends at once when its caller cancels, and leaves no connection busy', async () => {
    let closed = 0
    const target = await serving((request) => request.socket.on('close', () => closed++))
    const dendrite = dendriteOf()
    const controller = new AbortController()
    const call = dendrite.call(add, target, { a: 1 }, { signal: controller.signal })
    await expect.poll(() => dendrite.connectionCount, { timeout: 10_000 }).toBe(1)
    setTimeout(() => controller.abort(), 50)
    expect(await call).toMatchObject({ status: 'cancelled' })
    await expect.poll(() => closed, { timeout: 10_000 }).toBe(1)
    expect(dendrite.connectionCount).toBe(0)
    const early = await dendrite.call(add, target, { a: 1 }, { signal: AbortSignal.abort() })
    expect(early).toMatchObject({ status: 'cancelled', unhandled: true })
  })

  it('ends at once where a server changes to another protocol', async () => {
    const target = await serving((_request, response) => {
      response.socket?.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n',
      )
    })
    const dendrite = dendriteOf()
    expect(await dendrite.call(add, target, { a: 1 }, { timeoutMs: 30_000 })).toMatchObject({
      status: 'malformed',
    })
    expect(dendrite.connectionCount).toBe(0)
  })

  it('finds nobody at a port where nobody is, and says that nothing was handled', async () => {
    // Nobody is given this one by chance, as any that was freed a moment ago may be.
    const target = { hotkey: alice.hotkey, host: '127.0.0.1', port: 1 }
    expect(await dendriteOf().call(add, target, { a: 1 })).toMatchObject({
      status: 'unreachable',
      unhandled: true,
    })
  })

  it('says what is too large before it leaves', async () => {
    const target = { hotkey: alice.hotkey, host: '127.0.0.1', port: 1 }
    const dendrite = dendriteOf({}, { limits: { maxFrameBytes: 100 } })
    expect(await dendrite.call(any, target, 'x'.repeat(200))).toMatchObject({
      status: 'tooLarge',
      unhandled: true,
    })
  })

  it('bounds the calls that wait for a server, and all connections', async () => {
    const hanging = await serving(() => {})
    const dendrite = dendriteOf(
      { maxConnectionsPerTarget: 1 },
      { limits: { maxQueuedPerConnection: 1, maxConnections: 1 } },
    )
    // The first holds the connection until the second has given up.
    const calls = [1_500, 500, 500].map((timeoutMs) => dendrite.call(add, hanging, { a: 1 }, { timeoutMs }))
    const other = await dendrite.call(add, { ...hanging, hotkey: bob.hotkey }, { a: 1 })
    expect(other).toMatchObject({ status: 'overloaded', unhandled: true })
    const ended = await Promise.all(calls)
    expect(ended.map(({ status }) => status)).toEqual(['timeout', 'timeout', 'overloaded'])
    // The one that waited for the connection never left.
    expect(ended[1]).toMatchObject({ unhandled: true })
  })

  it('holds no healthy server up by one that hangs', async () => {
    const hanging = await serving(() => {})
    const healthy = await serving(legacy(200, '{"sum":1}'))
    const dendrite = dendriteOf()
    const giveUp = new AbortController()
    const stuck = Array.from({ length: 32 }, () =>
      dendrite.call(add, hanging, { a: 1 }, { signal: giveUp.signal, timeoutMs: 60_000 }),
    )
    const results = await Promise.all(
      Array.from({ length: 32 }, () => dendrite.call(add, healthy, { a: 1 }, { timeoutMs: 20_000 })),
    )
    expect(results.every(({ status }) => status === 'ok')).toBe(true)
    // All of them were in flight until now.
    giveUp.abort()
    expect((await Promise.all(stuck)).every(({ status }) => status === 'cancelled')).toBe(true)
  })

  it('ends every call when it is closed', async () => {
    const hanging = await serving(() => {})
    const dendrite = dendriteOf()
    const call = dendrite.call(add, hanging, { a: 1 })
    await expect.poll(() => dendrite.connectionCount, { timeout: 10_000 }).toBe(1)
    await dendrite.close()
    expect(await call).toMatchObject({ status: 'unreachable' })
    expect(dendrite.connectionCount).toBe(0)
  })

  it('takes a protocol that is none for its owner’s mistake', async () => {
    const target = { hotkey: alice.hotkey, host: '127.0.0.1', port: 1 }
    const dendrite = dendriteOf({ protocol: (() => 'http/1.1') as never })
    await expect(dendrite.call(add, target, { a: 1 })).rejects.toMatchObject({ field: 'protocol' })
  })
})

describe('a stream over HTTP', () => {
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`
  const ndjson =
    (...pieces: string[]): Handle =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      for (const piece of pieces) response.write(piece)
      response.end()
    }
  const read = async (handle: Handle, http: HttpClientOptions = {}, timeoutMs = 20_000): Promise<string> => {
    const dendrite = dendriteOf(http, { limits: { maxFrameBytes: 1_000 } })
    let text = ''
    try {
      for await (const chunk of dendrite.stream(tell, await serving(handle), {}, { timeoutMs })) text += chunk
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error
      return `${text} ${error.status}`
    }
    return text
  }

  it.each([
    ['ends by its own end', ndjson(line({ chunk: 'a' }), line({ chunk: 'b' }), line({ end: 'ok' })), 'ab'],
    [
      'names its character set',
      (_r: IncomingMessage, s: ServerResponse) => {
        s.writeHead(200, { 'content-type': 'Application/X-NDJSON; charset="UTF-8"' })
        s.end(line({ chunk: 'a' }) + line({ end: 'ok' }))
      },
      'a',
    ],
    ['is cut without one', ndjson(line({ chunk: 'a' })), 'a unreachable'],
    ['is cut within a line', ndjson(line({ chunk: 'a' }), '{"chu'), 'a unreachable'],
    ['fails by a status', ndjson(line({ chunk: 'a' }), line({ end: 'failed' })), 'a failed'],
    ['says an end that is none', ndjson(line({ end: 'soon' })), ' malformed'],
    ['has more behind its end', ndjson(`${line({ end: 'ok' })}${line({ chunk: 'a' })}`), ' malformed'],
    ['holds a line that is no JSON', ndjson('x\n'), ' malformed'],
    ['holds a line that is no object', ndjson('[]\n'), ' malformed'],
    [
      'holds a line above the limit',
      ndjson(line({ chunk: 'x'.repeat(2_000) }), line({ end: 'ok' })),
      ' tooLarge',
    ],
    ['is no stream', legacy(200, '{}'), ' malformed'],
    ['is refused', legacy(403, '{}'), ' forbidden'],
    [
      'is compressed, which was not asked for',
      (request, response) => {
        expect(request.headers['accept-encoding']).toBe('identity')
        response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
        response.end(gzipSync(line({ end: 'ok' })))
      },
      ' malformed',
    ],
    [
      'ends while its connection stays',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' })
        response.write(line({ chunk: 'a' }) + line({ end: 'ok' }))
      },
      'a',
    ],
  ] as readonly (readonly [string, Handle, string])[])('%s', async (_what, handle, expected) => {
    expect(await read(handle)).toBe(expected)
  })

  it('hangs', async () => {
    const hanging: Handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.write(line({ chunk: 'a' }))
    }
    expect(await read(hanging, {}, 3_000)).toBe('a timeout')
  })

  it('of bt_header is malformed where a cut would look like its end', async () => {
    const handle: Handle = (_request, response) => {
      response.useChunkedEncodingByDefault = false
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end('one')
    }
    expect(await read(handle, { protocol: 'bt_header' })).toBe(' malformed')
    const unchunked: Handle = (_request, { socket }) =>
      socket?.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\none')
    expect(await read(unchunked, { protocol: 'bt_header' })).toBe(' malformed')
  })

  it('of bt_header is text of whole characters, however it is cut', async () => {
    const bytes = Buffer.from('aé€😀')
    const handle: Handle = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const byte of bytes) {
        response.write(Uint8Array.of(byte))
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      response.end()
    }
    expect(await read(handle, { protocol: 'bt_header' })).toBe('aé€😀')
    const broken: Handle = (_request, response) => response.writeHead(200).end(Uint8Array.of(0x61, 0xff))
    expect(await read(broken, { protocol: 'bt_header' })).toBe(' malformed')
    const cut: Handle = (_request, response) => {
      response.writeHead(200)
      response.write('a')
      setTimeout(() => response.destroy(), 50)
    }
    expect(await read(cut, { protocol: 'bt_header' })).toBe('a unreachable')
    const packed: Handle = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('abc'))
    expect(await read(packed, { protocol: 'bt_header', streamChunks: 'bytes' })).toBe(' malformed')
  })

  it('of bt_header is bytes where that is asked for', async () => {
    const raw = defineStream({ name: 'Raw', request: z.object({}), chunk: z.instanceof(Uint8Array) })
    const target = await serving((_request, response) => response.writeHead(200).end(Uint8Array.of(1, 2, 3)))
    const dendrite = dendriteOf({ protocol: 'bt_header', streamChunks: 'bytes' })
    const all: number[] = []
    for await (const chunk of dendrite.stream(raw, target, {})) all.push(...chunk)
    expect(all).toEqual([1, 2, 3])
  })

  it('holds its server back while nobody reads, and lets go when reading ends early', async () => {
    let sent = 0
    let closed = false
    const target = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.on('close', () => {
        closed = true
      })
      const more = (): void => {
        while (!response.destroyed && sent < 50_000_000) {
          sent += 10_000
          if (!response.write(line({ chunk: 'x'.repeat(9_000) }))) {
            response.once('drain', more)
            return
          }
        }
      }
      more()
    })
    const dendrite = dendriteOf()
    for await (const _chunk of dendrite.stream(tell, target, {})) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      break
    }
    expect(sent).toBeLessThan(20_000_000)
    await expect.poll(() => closed, { timeout: 10_000 }).toBe(true)
    expect(dendrite.connectionCount).toBe(0)
  })
})

describe('headers', () => {
  it('that come twice are known to', () => {
    const fields = headerFields(['A', '1', 'b', '2', 'a', '3'])
    expect([fields.get('a'), fields.get('b'), fields.get('c'), fields.has('a')]).toEqual([
      null,
      '2',
      undefined,
      true,
    ])
  })
})
