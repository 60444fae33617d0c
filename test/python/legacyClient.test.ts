import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { Finding } from '../../src/cli/doctor/findings.js'
import { runCli } from '../../src/cli/runCli.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { Dendrite, type Target } from '../../src/dendrite/index.js'
import { decodeTensor, encodeTensor, httpClient, type WireTensor } from '../../src/http/index.js'
import { send } from '../integration/http/rawHttp.js'
import { testNeeding } from '../support/requirement.js'
import { memoryIo } from '../unit/cli/memoryIo.js'
import { Peer } from './peer.js'
import { pythonPeer } from './peers.js'
import { keep, pairsOf, type Recorder, recordBetween } from './recorder.js'
import { add, classes, cut, double, fail, hashFields, none, tell, wait } from './synapses.js'

const needed = pythonPeer('sdk10')
const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const charlie = keyPairFromUri('//Charlie')

let peer: Peer
let recorder: Recorder
let target: Target
let server: { readonly host: string; readonly port: number }
const dendrite = new Dendrite({ signer: bob, transport: httpClient({ protocol: 'bt_header', hashFields }) })

const freePort = async (): Promise<number> => {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

beforeAll(async () => {
  if (needed.missing !== undefined) return
  peer = await Peer.start('sdk10')
  await peer.ask({ do: 'classes', text: classes })
  const port = await freePort()
  const synapses = [add, double, fail, wait, tell, cut].map(({ name }) => name)
  await peer.ask({ do: 'serve', as: '//Alice', port, synapses, blacklist: [charlie.address] })
  server = { host: '127.0.0.1', port }
  // The axon answers some time after it has started.
  const isThere = (): Promise<boolean> =>
    send(server, { method: 'GET', path: '/', headers: {}, body: '' }).then(
      () => true,
      () => false,
    )
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 100))
  recorder = await recordBetween(server)
  target = { hotkey: alice.hotkey, host: recorder.host, port: recorder.port }
}, 60_000)
afterAll(async () => {
  await dendrite.close()
  if (needed.missing !== undefined) return
  await recorder.close()
  await peer.ask({ do: 'stop' })
  await peer.stop()
  keep('ours-calls-python', recorder.exchanges)
}, 30_000)

describe('a Python axon', () => {
  testNeeding(needed, 'answers our dendrite', async () => {
    recorder.name = 'Add'
    const result = await dendrite.call(add, target, { a: 2, b: 40, label: "it's" })
    expect(result).toMatchObject({ status: 'ok', answer: { sum: 42 } })
  })

  testNeeding(needed, 'is known to the doctor for what it speaks', async () => {
    const io = memoryIo()
    const at = `${server.host}:${server.port}`
    const code = await runCli(['doctor', at, '--hotkey', alice.address, '--key', '//Bob', '--json'], io)
    const { verdict, findings } = JSON.parse(io.output()) as { verdict: string; findings: Finding[] }
    const of = (name: string) => findings.find(({ check }) => check === name)
    expect(of('protocols')).toMatchObject({
      status: 'ok',
      facts: { session: false, http: { 'btauth/1': 'none', bt_header: 'spoken', 'epistula/2': 'none' } },
    })
    expect(of('clock')?.status).toBe('ok')
    expect([code, verdict]).toEqual([3, 'partial'])
  })

  testNeeding(needed, 'answers many calls at once', async () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      dendrite.call(add, { ...target, ...server }, { a: at, b: 1, label: '' }),
    )
    const sums = (await Promise.all(many)).map((result) =>
      result.status === 'ok' ? result.answer.sum : result.status,
    )
    expect(sums).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
  })

  testNeeding(needed, 'answers by a tensor', async () => {
    recorder.name = 'Double'
    const tensor = encodeTensor({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(1.5, 2.5) })
    const result = await dendrite.call(double, target, { tensor: { ...tensor, shape: [...tensor.shape] } })
    if (result.status !== 'ok') return expect.unreachable(result.reason)
    const doubled = decodeTensor(result.answer.doubled as WireTensor)
    expect(doubled).toEqual({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(3, 5) })
  })

  testNeeding(needed, 'streams to our dendrite', async () => {
    recorder.name = 'Tell'
    let text = ''
    for await (const chunk of dendrite.stream(tell, target, { prompt: 'a bcd é' })) text += chunk
    expect(text).toBe('abcdé')
  })

  testNeeding(needed, 'ends a stream that failed as if it were whole, which nobody can tell', async () => {
    const chunks: string[] = []
    for await (const chunk of dendrite.stream(cut, { ...target, ...server }, { prompt: '' }))
      chunks.push(chunk)
    expect(chunks).toEqual(['one'])
  })

  testNeeding(needed, 'refuses by statuses that our dendrite knows', async () => {
    recorder.name = 'refused'
    expect(await dendrite.call(none, target, { a: 1 })).toMatchObject({
      status: 'unknownSynapse',
      unhandled: true,
    })
    expect(await dendrite.call(fail, target, { a: 1 })).toMatchObject({ status: 'failed', unhandled: false })
    const request = { a: 1, b: 1, label: '' }
    const wrong = { ...target, hotkey: charlie.hotkey }
    expect(await dendrite.call(add, wrong, request)).toMatchObject({
      status: 'unauthenticated',
      unhandled: true,
    })
    expect(await dendrite.call(wait, target, { a: 1 }, { timeoutMs: 300 })).toMatchObject({
      status: 'timeout',
    })
    const stranger = new Dendrite({
      signer: charlie,
      transport: httpClient({ protocol: 'bt_header', hashFields }),
    })
    expect(await stranger.call(add, target, request)).toMatchObject({ status: 'forbidden', unhandled: true })
    const unhashed = new Dendrite({ signer: bob, transport: httpClient({ protocol: 'bt_header' }) })
    expect(await unhashed.call(add, target, request)).toMatchObject({ status: 'failed' })
    await stranger.close()
    await unhashed.close()
  })

  testNeeding(needed, 'refuses ours when one byte of a signed part was changed on the way', async () => {
    recorder.name = 'changed'
    recorder.exchanges.splice(0, 0)
    const before = recorder.exchanges.length
    expect(await dendrite.call(add, target, { a: 7, b: 1, label: 'kept' })).toMatchObject({ status: 'ok' })
    const exchange = recorder.exchanges[before]
    const headers = Object.fromEntries(pairsOf(exchange?.request.rawHeaders ?? []))
    const body = Buffer.from(exchange?.request.body ?? '', 'base64').toString()
    for (const part of ['nonce', 'uuid', 'signature', 'hotkey']) {
      const name = `bt_header_dendrite_${part}`
      const value = headers[name] ?? ''
      const at = value.length - 1
      const other = `${value.slice(0, at)}${value[at] === '1' ? '2' : '1'}`
      const reply = await send(server, { path: '/Add', headers: { ...headers, [name]: other }, body })
      expect([part, reply.status]).toEqual([part, 401])
    }
    expect((await send(server, { path: '/Add', headers, body })).status).toBe(401)
  })
})
