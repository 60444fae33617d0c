import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { Axon, type AxonOptions } from '../../../../src/axon/index.js'
import { ChainNode, LocalChain, localnetPreset } from '../../../../src/chain/index.js'
import type { Finding } from '../../../../src/cli/doctor/findings.js'
import { addressesOf, rawLook } from '../../../../src/cli/doctor/rawLook.js'
import { reach } from '../../../../src/cli/doctor/reach.js'
import { runCli } from '../../../../src/cli/runCli.js'
import { systemClock, VirtualClock } from '../../../../src/clock/index.js'
import { keyPairFromUri } from '../../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { fixedSchemes, httpServer } from '../../../../src/http/index.js'
import { silentLogger } from '../../../../src/log/index.js'
import { defineSynapse } from '../../../../src/synapse/index.js'
import { memoryIo } from '../memoryIo.js'

const signer = keyPairFromUri('//Bob//miner')
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function axonOf(options: Partial<AxonOptions> = {}) {
  const axon = new Axon({ signer, logger: silentLogger, ...options })
  axon.handle(double, (value) => 2 * value)
  await axon.start()
  closers.push(() => axon.stop())
  const { host, port } = axon.address
  return { axon, at: `${host.includes(':') ? `[${host}]` : host}:${port}` }
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

interface Told {
  readonly verdict: string
  readonly findings: readonly Finding[]
  readonly code: number
  readonly of: (check: Finding['check']) => Finding
}

/** Runs the command and reads its JSON. */
async function doctor(...argv: string[]): Promise<Told> {
  const io = memoryIo()
  const code = await runCli(['doctor', ...argv, '--json'], io)
  expect(io.errors()).toBe('')
  const { verdict, findings } = JSON.parse(io.output()) as { verdict: string; findings: Finding[] }
  const of = (check: Finding['check']): Finding => {
    const finding = findings.find((one) => one.check === check)
    if (finding === undefined) throw new TypeError(`nothing was said of ${check}`)
    return finding
  }
  return { verdict, findings, code, of }
}

const statuses = ({ findings }: Told): Record<string, string> =>
  Object.fromEntries(findings.map(({ check, status }) => [check, status]))

describe('subnetkit doctor', () => {
  test('finds a healthy axon well, and tries nothing that could harm it without its key', async () => {
    const { axon, at } = await axonOf()
    const told = await doctor(at, '--hotkey', signer.address, '--calls', '3')
    expect(statuses(told)).toEqual({
      reach: 'ok',
      protocols: 'ok',
      identity: 'ok',
      forgery: 'ok',
      announced: 'notTried',
      clock: 'ok',
      latency: 'ok',
      replay: 'notTried',
      'frame size': 'notTried',
      connections: 'notTried',
      calls: 'notTried',
    })
    expect([told.code, told.verdict]).toEqual([0, 'ok'])
    expect(told.of('latency').facts).toMatchObject({ count: 3, statuses: { unknownSynapse: 3 } })
    expect(told.of('replay').remedy).toBe(
      'Pass --key, or --wallet and --wallet-hotkey, if the axon is yours.',
    )
    const { refused } = axon.counters
    expect(refused).toMatchObject({ wrongIdentity: 1 })
    expect(refused.replayedFrame).toBeUndefined()
    expect(refused.frameTooLarge).toBeUndefined()
  })

  test('tells the protocols apart that an axon speaks over HTTP beside its sessions', async () => {
    const transport = httpServer({ protocols: ['bt_header', 'epistula/2'] })
    const { at } = await axonOf({ transports: [transport] })
    const told = await doctor(at, '--hotkey', signer.address, '--calls', '1')
    expect(told.of('protocols')).toMatchObject({
      status: 'ok',
      facts: { session: true, http: { 'btauth/1': 'refused', bt_header: 'spoken', 'epistula/2': 'spoken' } },
      says: 'It speaks the secure session over WebSocket, and over HTTP bt_header, epistula/2. What signs by btauth/1 is turned away: that is not spoken, or not with this caller. A caller of btauth/1 is known by its hotkey: pass --key of one that is, or name this one in expectedScheme of httpServer.',
    })
    expect([told.of('identity').status, told.code]).toEqual(['ok', 0])
    const plain = await axonOf()
    const without = await doctor(plain.at, '--hotkey', signer.address, '--calls', '1')
    expect(without.of('protocols')).toMatchObject({
      facts: { http: { 'btauth/1': 'none', bt_header: 'none', 'epistula/2': 'none' } },
      says: 'It speaks the secure session over WebSocket.',
    })
  })

  test('knows an axon without sessions, and a caller whose scheme it knows', async () => {
    const expectedScheme = fixedSchemes({ [keyPairFromUri('//Eve').address]: 'sr25519' })
    const transport = httpServer({ protocols: ['btauth/1'], expectedScheme, sessions: false })
    const { at } = await axonOf({ transports: [transport] })
    const told = await doctor(at, '--hotkey', signer.address, '--key', '//Eve')
    expect(told.of('protocols')).toMatchObject({
      status: 'ok',
      facts: {
        session: false,
        http: { 'btauth/1': 'spoken', bt_header: 'refused', 'epistula/2': 'refused' },
      },
    })
    expect(told.of('identity')).toMatchObject({
      status: 'notTried',
      says: 'It takes a session, which this axon does not speak.',
    })
    expect(told.of('clock').status).toBe('ok')
    expect([told.code, told.verdict]).toEqual([3, 'partial'])
  })

  test('says what an axon wants that knows its callers, and not this one', async () => {
    const transport = httpServer({
      protocols: ['btauth/1'],
      expectedScheme: fixedSchemes({}),
      sessions: false,
    })
    const alone = await axonOf({ transports: [transport] })
    const told = await doctor(alone.at, '--hotkey', signer.address)
    expect(told.of('protocols')).toMatchObject({
      status: 'warning',
      facts: { http: { 'btauth/1': 'refused', bt_header: 'refused', 'epistula/2': 'refused' } },
    })
    expect(told.of('protocols').remedy).toContain(
      'pass --key of one that is, or name this one in expectedScheme',
    )
    expect([told.code, told.verdict]).toEqual([3, 'partial'])
    // The owner names the caller, and the doctor sees it.
    const known = fixedSchemes({ [keyPairFromUri('//Eve').address]: 'sr25519' })
    const open = await axonOf({
      transports: [httpServer({ protocols: ['btauth/1'], expectedScheme: known, sessions: false })],
    })
    const seen = await doctor(open.at, '--hotkey', signer.address, '--key', '//Eve')
    expect(seen.of('protocols')).toMatchObject({ status: 'ok', facts: { http: { 'btauth/1': 'spoken' } } })
  })

  test.each([403, 404, 500])('takes no web server that says %i to everybody for an axon', async (status) => {
    const server = createHttpServer((_request, response) => response.writeHead(status).end())
    const told = await doctor(await listening(server), '--hotkey', signer.address)
    expect(told.of('protocols').says).toContain('web server without WebSocket')
    expect(told.code).toBe(1)
  })

  test('takes no web server that asks for a password for an axon that asks for a signature', async () => {
    const headers = { 'www-authenticate': 'Basic realm="staff"' }
    const server = createHttpServer((_request, response) => response.writeHead(401, headers).end())
    const told = await doctor(await listening(server), '--hotkey', signer.address)
    expect(told.of('protocols')).toMatchObject({ status: 'failed', facts: { http: { 'btauth/1': 'none' } } })
  })

  test('takes a server that says 404 as the older ones do for one of theirs alone', async () => {
    const headers = { bt_header_axon_status_code: '404' }
    const server = createHttpServer((_request, response) => response.writeHead(404, headers).end('{}'))
    const told = await doctor(await listening(server), '--hotkey', signer.address)
    expect(told.of('protocols').facts).toMatchObject({
      http: { 'btauth/1': 'none', bt_header: 'spoken', 'epistula/2': 'none' },
    })
  })

  test('tries replays and limits with the axon’s own key, and leaves it as it was', async () => {
    const { axon, at } = await axonOf({ limits: { maxConnectionsPerCaller: 3, maxFrameBytes: 300 * 1024 } })
    const key = ['--key', '//Bob//miner', '--synapse', 'double', '--body', '21', '--calls', '5']
    const told = await doctor(`ws://${at}`, ...key)
    expect(told.of('replay')).toMatchObject({
      status: 'ok',
      facts: { repeatedFrame: '4404 badFrame', repeatedSession: '4402 badHandshake' },
    })
    expect(told.of('frame size')).toMatchObject({ status: 'ok', facts: { takenKib: 256, refusedKib: 1024 } })
    expect(told.of('connections')).toMatchObject({ status: 'ok', facts: { connectionsTaken: 3 } })
    expect(told.of('latency').facts).toMatchObject({ count: 5, statuses: { ok: 5 } })
    const { statuses: calls } = told.of('calls').facts as { statuses: Record<string, number> }
    expect((calls.ok ?? 0) + (calls.overloaded ?? 0)).toBe(200)
    expect(calls.ok).toBeGreaterThanOrEqual(128)
    expect(told.code).toBe(0)
    expect(axon.counters.refused).toMatchObject({ replayedFrame: 1, frameTooLarge: 1, tooManyFromCaller: 1 })
    expect(axon.counters.callsRunning).toBe(0)
    const [again] = [await doctor(at, '--hotkey', signer.address, '--calls', '1')]
    expect(again?.code).toBe(0)
  }, 60_000)

  test('blames nobody for a replay that could not be told, for the axon went away or somebody pressed Ctrl-C', async () => {
    const away = await axonOf()
    away.axon.on('refused', ({ reason }) => {
      if (reason === 'replayedFrame') void away.axon.stop()
    })
    const told = await doctor(away.at, '--key', '//Bob//miner', '--calls', '1')
    expect(told.of('replay').status).toBe('warning')
    expect([told.code, told.verdict]).toEqual([0, 'warning'])
    const { axon, at } = await axonOf()
    const io = memoryIo()
    axon.on('refused', ({ reason }) => {
      if (reason === 'replayedFrame') io.stop()
    })
    expect(await runCli(['doctor', at, '--key', '//Bob//miner', '--calls', '1', '--json'], io)).toBe(130)
    expect(JSON.parse(io.output())).toMatchObject({ verdict: 'stopped', counts: { warning: 0, failed: 0 } })
  })

  test.each(['"\\ud800"', '{"__proto__":1}', `${'['.repeat(50)}${']'.repeat(50)}`])(
    'refuses the body %s, which no message can hold, before it looks at anything',
    async (body) => {
      const io = memoryIo()
      expect(await runCli(['doctor', '127.0.0.1:1', '--synapse', 'double', '--body', body], io)).toBe(2)
      expect(io.errors()).toContain('--body')
      expect(io.output()).toBe('')
    },
  )

  test('warns of limits that are very high or very low', async () => {
    const high = await axonOf({ limits: { maxConnectionsPerCaller: 64, maxFrameBytes: 40 * 2 ** 20 } })
    const told = await doctor(high.at, '--key', '//Bob//miner', '--calls', '1')
    expect(told.of('frame size')).toMatchObject({ status: 'warning', facts: { takenKib: 16_384 } })
    expect(told.of('connections')).toMatchObject({ status: 'warning', facts: { connectionsTaken: 32 } })
    expect(told.of('calls')).toMatchObject({
      status: 'notTried',
      remedy: 'Name one by --synapse, with --body.',
    })
    expect([told.code, told.verdict]).toEqual([0, 'warning'])
    const low = await axonOf({ limits: { maxFrameBytes: 10_000 } })
    const small = await doctor(low.at, '--key', '//Bob//miner', '--calls', '1')
    expect(small.of('frame size')).toMatchObject({
      status: 'warning',
      facts: { takenKib: 0, refusedKib: 64 },
    })
  }, 60_000)

  test('fails an axon with another hotkey, and tries nothing further', async () => {
    const { at } = await axonOf()
    const told = await doctor(at, '--hotkey', keyPairFromUri('//Eve').address)
    expect(told.code).toBe(1)
    expect(told.of('identity')).toMatchObject({ status: 'failed', facts: { status: 'unauthenticated' } })
    expect(told.of('latency')).toMatchObject({ status: 'notTried', remedy: 'Mend identity first.' })
    const key = await doctor(at, '--hotkey', signer.address, '--key', '//Eve', '--calls', '1')
    expect(key.of('replay')).toMatchObject({
      status: 'notTried',
      says: "It is tried with the axon's own key only.",
    })
  })

  test('says what it needs to know a hotkey', async () => {
    const { at } = await axonOf()
    const told = await doctor(at)
    expect(told.of('protocols').status).toBe('ok')
    expect(told.of('identity')).toMatchObject({ status: 'notTried', remedy: 'Pass --hotkey ADDRESS.' })
    expect([told.code, told.verdict]).toEqual([3, 'partial'])
    const io = memoryIo()
    expect(await runCli(['doctor', at], io)).toBe(3)
    expect(io.output().trim().split('\n').at(-1)).toBe(
      'Nothing wrong in what was tried: 3 of 11 looks; give --hotkey for the rest. (3 ok, 0 to look at, 0 failed, 8 not tried)',
    )
    // What failed is said first, whatever was not tried.
    expect((await doctor('127.0.0.1:1')).code).toBe(1)
  })

  test('goes by the moment at which a time came, however long the connection stays', async () => {
    const server = createServer((socket) => {
      socket.once('data', () =>
        socket.write(`HTTP/1.1 404 Not Found\r\nDate: ${new Date().toUTCString()}\r\nX:`),
      )
    })
    const [host = '', port] = (await listening(server)).split(':')
    const patience = { clock: systemClock, timeoutMs: 6_000, signal: new AbortController().signal }
    const look = await rawLook({ host, port: Number(port) }, patience)
    if (look.kind !== 'http' || look.date === undefined) throw new TypeError('no time came')
    const { theirsMs, oursMs } = look.date
    expect(oursMs - theirsMs).toBeGreaterThanOrEqual(0)
    expect(oursMs - theirsMs).toBeLessThan(5_000)
  })

  test('waits for no look-up of a name longer than a look may take, or than the person does', async () => {
    const never = (): Promise<never> => new Promise(() => {})
    const clock = new VirtualClock()
    const stop = new AbortController()
    const patient = {
      clock,
      timeoutMs: 5_000,
      signal: stop.signal,
      address: { host: 'slow.example', port: 1 },
    }
    const late = reach(patient, never)
    await clock.run({ untilMs: 5_000 })
    expect((await late).finding).toMatchObject({
      status: 'failed',
      says: 'The name slow.example was not looked up within 5000 ms.',
    })
    const stopped = addressesOf('slow.example', patient, never)
    stop.abort()
    expect(await stopped).toBeUndefined()
    expect(clock.pendingTimers).toBe(0)
  })

  test('fails a synapse that is not answered, and says how calls ended', async () => {
    const { at } = await axonOf({ blacklist: ({ hotkey }) => hotkey !== signer.hotkey })
    const probe = ['--synapse', 'double', '--body', '1', '--calls', '2']
    const stranger = await doctor(at, '--hotkey', signer.address, ...probe)
    expect(stranger.of('latency').says).toBe('None of 2 calls of double was answered: 2 ended as forbidden.')
    expect(stranger.of('latency').remedy).toMatch(/^Check the name of the --synapse, and pass --key/)
    expect(stranger.code).toBe(1)
    const wrong = await doctor(
      at,
      '--key',
      '//Bob//miner',
      '--synapse',
      'double',
      '--body',
      '"x"',
      '--calls',
      '2',
    )
    expect(wrong.of('latency').facts).toMatchObject({ statuses: { malformed: 2 } })
    const body = 'Pass a --body that fits the request of the synapse.'
    expect([wrong.of('latency').remedy, wrong.of('calls').remedy]).toEqual([body, body])
  })

  test.each([
    [
      'a web server',
      () => createHttpServer((_, response) => response.end('hello')),
      'It is a web server without WebSocket (it answered 200): it is no axon.',
    ],
    [
      'a server that speaks first',
      () => createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')),
      'It speaks a protocol of its own, neither HTTP nor WebSocket: it is no axon.',
    ],
    [
      'a TLS server',
      // An alert, which is what one answers to plain HTTP.
      () =>
        createServer((socket) => socket.on('data', () => socket.end(Buffer.from('15030100020246', 'hex')))),
      'It speaks TLS, which an axon does not.',
    ],
    [
      'a server that says nothing',
      () => createServer((socket) => socket.resume()),
      'It accepts connections and then says nothing: it is no axon, or one that hangs.',
    ],
    [
      'a server that hangs up',
      () => createServer((socket) => socket.destroy()),
      'It accepts connections and closes them at once: it is no axon, or one that turns this machine away.',
    ],
    [
      'a WebSocket server of another kind',
      () => {
        const http = createHttpServer()
        new WebSocketServer({ server: http }).on('connection', (ws) =>
          ws.on('message', () => ws.send('hello')),
        )
        return http
      },
      'It speaks WebSocket, but not the secure session of an axon.',
    ],
  ])('knows %s for what it is', async (_, make, says) => {
    const at = await listening(make())
    const told = await doctor(at, '--hotkey', signer.address, '--timeout-ms', '1000')
    expect(told.of('reach').status).toBe('ok')
    expect(told.of('protocols')).toMatchObject({ status: 'failed', says })
    expect(told.of('identity')).toMatchObject({ status: 'notTried', remedy: 'Mend protocols first.' })
    expect(told.code).toBe(1)
  })

  test('fails a dead port, and a name that leads nowhere', async () => {
    const server = createServer()
    const at = await listening(server)
    server.close()
    const dead = await doctor(at, '--hotkey', signer.address)
    expect(dead.of('reach')).toMatchObject({
      status: 'failed',
      says: `Nothing answers at ${at} (ECONNREFUSED).`,
    })
    expect(dead.code).toBe(1)
    const io = memoryIo()
    expect(await runCli(['doctor', at, '--hotkey', signer.address], io)).toBe(1)
    // Ten looks were not tried, for one reason.
    expect(io.output().split('It takes an axon that is found well in reach.')).toHaveLength(11)
    expect(io.output().split('Mend reach first.')).toHaveLength(2)
    const nowhere = await doctor('nowhere.invalid:9', '--hotkey', signer.address)
    expect(nowhere.of('reach').says).toBe('The name nowhere.invalid leads nowhere.')
  })

  test('reaches an axon over IPv6', async () => {
    const { at } = await axonOf({ host: '::1' })
    expect(at).toMatch(/^\[::1\]:\d+$/)
    const told = await doctor(at, '--hotkey', signer.address, '--calls', '1')
    expect(told.of('reach').facts).toMatchObject({ addresses: ['::1'], unreached: [] })
    expect(told.of('identity').status).toBe('ok')
  })

  test('warns of a slow axon', async () => {
    const { axon, at } = await axonOf()
    const slow = defineSynapse({ name: 'slow', request: z.null(), answer: z.null() })
    axon.handle(slow, () => new Promise((resolve) => setTimeout(resolve, 1_100, null)))
    const told = await doctor(at, '--hotkey', signer.address, '--synapse', 'slow', '--calls', '1')
    expect(told.of('latency')).toMatchObject({ status: 'warning', facts: { count: 1 } })
    const { p50Ms } = told.of('latency').facts as { p50Ms: number }
    expect(p50Ms).toBeGreaterThanOrEqual(1_099)
    const late = await doctor(
      at,
      '--hotkey',
      signer.address,
      '--synapse',
      'slow',
      '--calls',
      '1',
      // Below what the axon takes, and enough for a handshake on a busy machine.
      '--timeout-ms',
      '1000',
    )
    expect(late.of('latency')).toMatchObject({ status: 'failed', facts: { statuses: { timeout: 1 } } })
  })

  test('compares with the address that the chain shows', async () => {
    const { axon, at } = await axonOf()
    const chain = await LocalChain.start({ preset: localnetPreset({ blockMs: 5 }) })
    closers.push(() => chain.close())
    const node = await ChainNode.start({ chain })
    closers.push(() => node.close())
    const alice = keyPairFromUri('//Alice')
    const call = async (...args: Parameters<LocalChain['call']>) => {
      const { refusal } = await chain.call(...args)
      expect(refusal).toBeNull()
    }
    const look = () =>
      doctor(at, '--hotkey', signer.address, '--node', node.url, '--netuid', '1', '--calls', '1')
    await call(alice, 'registerSubnet', { hotkey: keyPairFromUri('//owner').hotkey })
    await call(alice, 'startSubnet', { netuid: 1 })
    expect((await look()).of('announced').says).toBe('The hotkey is not registered on subnet 1.')
    await call(alice, 'registerNeuron', { netuid: 1, hotkey: signer.hotkey, limitRao: null })
    expect((await look()).of('announced').says).toBe(
      'The hotkey shows no address on subnet 1: nobody asks it.',
    )
    const other = await axonOf({ signer: keyPairFromUri('//Eve') })
    await untilServed(chain, other.axon.address)
    const elsewhere = await look()
    expect(elsewhere.of('announced')).toMatchObject({
      status: 'failed',
      facts: { shown: other.at, status: 'unauthenticated' },
    })
    expect(elsewhere.code).toBe(1)
    // The rest is told all the same.
    expect(elsewhere.of('latency').status).toBe('ok')
    const same = await axonOf()
    await untilServed(chain, { port: same.axon.address.port })
    expect((await look()).of('announced')).toMatchObject({ status: 'warning', facts: { shown: same.at } })
    await untilServed(chain, { port: axon.address.port })
    expect((await look()).of('announced')).toMatchObject({ status: 'ok', facts: { shown: at } })
    await node.close()
    expect((await look()).of('announced').says).toBe(`The chain node at ${node.url} does not answer.`)
  }, 60_000)

  test('gives its verdict whatever a chain node says', async () => {
    const { at } = await axonOf()
    const chain = await LocalChain.start({ preset: localnetPreset({ blockMs: 50 }) })
    closers.push(() => chain.close())
    const serving = vi.spyOn(chain, 'query')
    const node = await ChainNode.start({ chain, logger: silentLogger })
    closers.push(() => node.close())
    const own = ['--hotkey', signer.address, '--calls', '1', '--node', node.url, '--netuid', '1']
    const says = `The chain node at ${node.url} gives no answer that makes sense.`
    const shown = { ip: '127.0.0.1', port: 8091 }
    for (const answer of [5, {}, { uid: 0, axon: 5 }, { uid: 0, axon: { ...shown, port: -1 } }]) {
      serving.mockResolvedValueOnce(answer as never)
      expect((await doctor(at, ...own)).of('announced')).toMatchObject({ status: 'failed', says })
    }
    const wrong = new InvalidArgumentError({ field: 'name', value: 'serving', remedy: 'Ask another.' })
    serving.mockRejectedValueOnce(wrong)
    const told = await doctor(at, ...own)
    expect(told.of('announced')).toMatchObject({ status: 'failed', says })
    expect([told.code, told.of('latency').status]).toEqual([1, 'ok'])
  }, 60_000)

  test('prints a line for each look, a verdict, and stops at Ctrl-C', async () => {
    const { at } = await axonOf()
    const io = memoryIo()
    expect(await runCli(['doctor', at, '--hotkey', signer.address, '--calls', '2'], io)).toBe(0)
    const lines = io.output().trim().split('\n')
    expect(lines[0]).toMatch(/^ok {9}reach {8}127\.0\.0\.1:\d+ accepts connections \(\d+ ms\)\.$/)
    expect(lines.at(-1)).toBe('All that was tried is well. (6 ok, 0 to look at, 0 failed, 5 not tried)')
    const stopped = memoryIo()
    const code = runCli(['doctor', at, '--hotkey', signer.address, '--calls', '1000'], stopped)
    await stopped.shown('identity')
    stopped.stop()
    expect(await code).toBe(130)
    expect(stopped.output().trim().split('\n').at(-1)).toMatch(/^Stopped before the end\./)
  })

  test.each([
    [[], 'TARGET: name an axon, such as 127.0.0.1:8091'],
    [['127.0.0.1'], 'TARGET: name the port, such as 127.0.0.1:8091'],
    [
      ['wss://127.0.0.1:9'],
      'TARGET: an axon speaks without TLS: name the address that it listens on, not that of a proxy',
    ],
    [['ftp://127.0.0.1:9'], 'TARGET: write HOST:PORT, ws://HOST:PORT or http://HOST:PORT'],
    [['127.0.0.1:9/path'], 'TARGET: leave the path out: an axon has none'],
    [['127.0.0.1:99999'], 'TARGET: write HOST:PORT, such as 127.0.0.1:8091 or [::1]:8091'],
    [['u:p@127.0.0.1:9'], 'TARGET: name host and port, and nothing besides'],
    [['127.0.0.1:9', '--hotkey', 'x'], '--hotkey:'],
    [['127.0.0.1:9', '--netuid', '1'], '--netuid: it goes with --node URL'],
    [['127.0.0.1:9', '--node', 'ws://127.0.0.1:1'], '--node: name the subnet too: --netuid NUMBER'],
    [['127.0.0.1:9', '--node', 'x', '--netuid', '1'], '--node: write ws://HOST:PORT'],
    [['127.0.0.1:9', '--body', '1'], '--body: it goes with --synapse NAME'],
    [['127.0.0.1:9', '--synapse', 'a b'], '--synapse:'],
    [['127.0.0.1:9', '--synapse', 'a', '--body', '{'], '--body: it is no JSON'],
    [['127.0.0.1:9', '--calls', '0'], '--calls:'],
    [['127.0.0.1:9', '--timeout-ms', '1'], '--timeout-ms:'],
    [['127.0.0.1:9', '--key', '//a', '--wallet', 'w'], '--key: there is a --wallet too: pass one of them'],
    [['127.0.0.1:9', '--wallet-hotkey', 'w'], '--wallet-hotkey: it goes with --wallet NAME'],
    [
      ['127.0.0.1:9', '--key', signer.address],
      '--key: it is public: name a key file or a secret URI, or use --hotkey',
    ],
    [['127.0.0.1:9', '--key', import.meta.dirname], '--key: it is a folder: name a file in it'],
    [['127.0.0.1:9', '--key', 'miner'], '--key: there is no file of this name'],
  ])('refuses %j', async (argv, problem) => {
    const io = memoryIo()
    expect(await runCli(['doctor', ...argv], io)).toBe(2)
    expect(io.errors()).toContain(`subnetkit: ${problem}`)
    expect(io.output()).toBe('')
  })

  test('explains itself', async () => {
    const io = memoryIo()
    expect(await runCli(['doctor', '--help'], io)).toBe(0)
    expect(io.output()).toContain('--synapse NAME')
  })
})

/** Serves another address once the chain's rate limit lets it. */
async function untilServed(chain: LocalChain, { port }: { port: number }): Promise<void> {
  for (;;) {
    const args = { netuid: 1, ip: '127.0.0.1', port, version: 0 }
    const { refusal } = await chain.call(signer, 'serveAxon', args)
    if (refusal === null) return
    expect(refusal.error).toBe('ServingRateLimitExceeded')
  }
}
