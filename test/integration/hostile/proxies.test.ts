import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { afterwards, bob, dendriteOf, double, endAll, type Serving, serve } from './serving.js'

endAll()

type Headers = Readonly<Record<string, string | undefined>>

/** What a reverse proxy makes of the headers of an upgrade: a header of `undefined` is dropped. */
type Rewrite = (request: IncomingMessage) => Headers

/** A reverse proxy in front of an axon, as people put one there, on a port of its own. */
async function proxied(
  serving: Serving,
  rewrite: Rewrite,
): Promise<{ readonly hotkey: Serving['target']['hotkey']; host: string; port: number }> {
  const sockets: Socket[] = []
  const proxy = createServer((_request, response) => response.writeHead(404).end())
  proxy.on('upgrade', (request, near, head) => {
    const far = connect(serving.address)
    sockets.push(near as Socket, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    const headers = { ...request.headers, ...rewrite(request) }
    const lines = Object.entries(headers).filter(([, value]) => value !== undefined)
    far.write(`GET / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
    far.write(head)
    near.pipe(far).pipe(near)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  afterwards(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  return { hotkey: serving.target.hotkey, host: '127.0.0.1', port: (proxy.address() as AddressInfo).port }
}

/** What proxies add to say for whom they ask. */
const FORWARDED: Headers = {
  'X-Forwarded-For': '203.0.113.7, 198.51.100.2',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'miner.example',
  'X-Real-IP': '203.0.113.7',
  Forwarded: 'for=203.0.113.7;proto=https;by=10.0.0.1',
  Via: '1.1 proxy',
  'CF-Connecting-IP': '203.0.113.7',
  'X-Request-Id': 'x'.repeat(300),
}

describe('behind a reverse proxy', () => {
  it.each<[string, Rewrite]>([
    ['hands the request on as it came', () => ({})],
    ['adds headers that name the caller', () => FORWARDED],
    ['changes the Host', () => ({ host: 'miner.internal:80' })],
    [
      'writes Connection and Upgrade in its own way',
      () => ({ connection: 'keep-alive, Upgrade', upgrade: 'WebSocket' }),
    ],
    ['drops the headers that say who asks', () => ({ 'user-agent': undefined, origin: undefined })],
    ['takes away what extensions were offered', () => ({ 'sec-websocket-extensions': undefined })],
  ])('that %s, calls are answered and callers are who they prove to be', async (_what, rewrite) => {
    const seen: { hotkey: string; remote: string }[] = []
    const serving = await serve({
      blacklist: ({ hotkey, remote }) => {
        seen.push({ hotkey, remote })
        return false
      },
    })
    const target = await proxied(serving, rewrite)
    expect(await dendriteOf(bob).call(double, target, 21)).toMatchObject({ status: 'ok', answer: 42 })
    // The proxy's own address, whatever the headers claim: what a header says, anybody can write.
    expect(
      seen.every(({ hotkey, remote }) => hotkey === bob.address && /^127\.0\.0\.1:\d+$/.test(remote)),
    ).toBe(true)
  })

  it('that drops the upgrade, callers are told that nobody answers, and the axon says notWebSocket', async () => {
    const serving = await serve()
    const target = await proxied(serving, () => ({ upgrade: undefined, connection: 'close' }))
    const refused = serving.refusal('notWebSocket')
    expect((await dendriteOf().call(double, target, 1)).status).toBe('unreachable')
    await refused
    await serving.expectHonest()
  })

  it('that adds the origin of a page, callers are turned away like that page', async () => {
    const serving = await serve()
    const target = await proxied(serving, () => ({ origin: 'https://evil.example' }))
    const refused = serving.refusal('originNotAllowed')
    expect((await dendriteOf().call(double, target, 1)).status).toBe('unreachable')
    expect((await refused).remote).toMatch(/^127\.0\.0\.1:/)
  })

  it('that sends more headers than an upgrade may have, callers are turned away as notWebSocket', async () => {
    const serving = await serve()
    const target = await proxied(serving, () => ({ cookie: 'x'.repeat(5_000) }))
    const refused = serving.refusal('notWebSocket')
    expect((await dendriteOf().call(double, target, 1)).status).toBe('unreachable')
    await refused
    await serving.expectHonest()
  })

  it('that answers itself, callers are told so at once', async () => {
    const serving = await serve()
    const target = await proxied(serving, () => ({}))
    const gone = createServer((_request, response) => response.writeHead(502).end('Bad gateway'))
    await once(gone.listen(0, '127.0.0.1'), 'listening')
    afterwards(() => gone.close())
    const { port } = gone.address() as AddressInfo
    // Neither the time of a dial nor that of a call ends it while this test lasts.
    const patient = dendriteOf(bob, { limits: { dialMs: 120_000, callMs: 120_000 } })
    expect((await patient.call(double, { ...target, port }, 1)).status).toBe('unreachable')
  })
})
