import { once } from 'node:events'
import { connect } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { type Logger, silentLogger } from '../../../src/log/index.js'
import { Monitor, MonitorServer } from '../../../src/monitor/index.js'
import { createMemoryNetwork, ListenError } from '../../../src/transport/index.js'
import { valueIn, valuesOf } from './scrape.js'

let monitor: Monitor
let server: MonitorServer

beforeEach(async () => {
  monitor = await Monitor.create({ checks: { own: () => null } })
  server = await MonitorServer.start({ monitor })
})
afterEach(async () => {
  await server.close()
  await monitor.close()
})

/** Writes bytes and reads until the server ends the connection, or the text has come. */
async function raw(text: string, until?: string): Promise<string> {
  const socket = connect(server.address.port, '127.0.0.1')
  let got = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    got += chunk
    if (until !== undefined && got.includes(until)) socket.destroy()
  })
  socket.write(text)
  await once(socket, 'close')
  return got
}

const statusOf = (answer: string): string => answer.split('\r\n', 1)[0] ?? ''

describe('MonitorServer', () => {
  test('serves metrics in the form of Prometheus', async () => {
    const axon = new Axon({ signer: keyPairFromUri('//Alice'), carrier: createMemoryNetwork() })
    monitor.watch('alice', { axon })
    const response = await fetch(`${server.url}/metrics`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const series = valuesOf(await response.text())
    expect(series.get('subnetkit_axon_running{name="alice"}')).toBe(0)
    const head = await fetch(`${server.url}/metrics?x=1`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(await valueIn(monitor, 'subnetkit_monitor_requests_total{path="/metrics",code="200"}')).toBe(2)
  })

  test('says whether the process lives, and whether it is ready and why not', async () => {
    const alive = await fetch(`${server.url}/healthz`)
    expect(alive.status).toBe(200)
    expect(await alive.json()).toEqual({ status: 'alive', uptimeSeconds: expect.any(Number) })
    const ready = await fetch(`${server.url}/readyz`)
    expect(ready.status).toBe(200)
    const own = { name: 'own', check: 'own', status: 'ok' }
    expect(await ready.json()).toEqual({ status: 'ready', checks: [own] })
    const other = await Monitor.create()
    const notReady = await MonitorServer.start({ monitor: other })
    other.watch('alice', {
      axon: new Axon({ signer: keyPairFromUri('//Alice'), carrier: createMemoryNetwork() }),
    })
    const response = await fetch(`${notReady.url}/readyz`)
    expect(response.status).toBe(503)
    const reason = 'The axon is stopped.'
    expect(await response.json()).toEqual({
      status: 'notReady',
      checks: [{ name: 'alice', check: 'axon', status: 'failed', reason }],
    })
    await notReady.close()
    await other.close()
  })

  test('keeps a connection for the next scrape', async () => {
    const ask = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const socket = connect(server.address.port, '127.0.0.1')
    for (let k = 0; k < 2; k++) {
      socket.write(ask)
      expect(statusOf(String((await once(socket, 'data'))[0]))).toBe('HTTP/1.1 200 OK')
    }
    socket.destroy()
  })

  test('refuses what it does not serve, by status, and counts it under names of its own', async () => {
    expect((await fetch(`${server.url}/secret-of-a-stranger`)).status).toBe(404)
    expect((await fetch(`${server.url}/metrics`, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(
      405,
    )
    const text = await monitor.metrics()
    expect(text).not.toContain('stranger')
    expect(valuesOf(text).get('subnetkit_monitor_requests_total{path="other",code="404"}')).toBe(1)
    expect(valuesOf(text).get('subnetkit_monitor_requests_total{path="/metrics",code="405"}')).toBe(1)
  })

  test('is nothing that a web page could read', async () => {
    const page = await fetch(`${server.url}/metrics`, { headers: { origin: 'https://evil.example' } })
    expect(page.status).toBe(403)
    // A page whose own name was made to lead to this machine names no origin, but itself.
    const rebound = await raw('GET /metrics HTTP/1.1\r\nHost: evil.example:9464\r\nConnection: close\r\n\r\n')
    expect(statusOf(rebound)).toBe('HTTP/1.1 403 Forbidden')
    for (const host of ['localhost:9464', '127.0.0.1', '[::1]:9464', 'LOCALHOST']) {
      const fine = await raw(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(statusOf(fine)).toBe('HTTP/1.1 200 OK')
    }
  })

  test('bounds headers, and what is sent ahead on one connection', async () => {
    const long = `GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(5_000)}\r\n\r\n`
    expect(await raw(long)).toBe('')
    expect(await raw('no HTTP at all\r\n\r\n')).toBe('')
    const ask = 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const answers = await raw(ask.repeat(20), 'Too many requests at once.')
    expect(answers).toContain('HTTP/1.1 503 Service Unavailable')
    expect(answers.split('HTTP/1.1 200 OK').length - 1).toBe(8)
  })

  test('ends connections and frees its port when it is closed; a port that is taken is an error', async () => {
    const { port } = server.address
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    const taken = await MonitorServer.start({ monitor, port }).catch((error: unknown) => error)
    expect(taken).toBeInstanceOf(ListenError)
    await Promise.all([server.close(), once(socket, 'close')])
    await server.close()
    const again = await MonitorServer.start({ monitor, port })
    expect(again.url).toBe(`http://127.0.0.1:${port}`)
    await again.close()
  })

  test('answers on, and says to its logger, when metrics of the owner’s fail', async () => {
    class Broken extends Registry {
      override async metrics(): Promise<string> {
        throw new TypeError('broken')
      }
    }
    const said: string[] = []
    const logger: Logger = { ...silentLogger, error: (_fields, message) => said.push(message) }
    const failing = await Monitor.create({ registry: new Broken() })
    const own = await MonitorServer.start({ monitor: failing, logger })
    const response = await fetch(`${own.url}/metrics`)
    expect([response.status, await response.text()]).toEqual([
      500,
      'What was asked for could not be gathered.\n',
    ])
    expect(said).toEqual(['Metrics or readiness could not be gathered. See the error.'])
    expect((await fetch(`${own.url}/healthz`)).status).toBe(200)
    await own.close()
    await failing.close()
  })
})
