import { afterEach, describe, expect, it } from 'vitest'
import { Axon } from '../../../src/axon/index.js'
import { type Clock, systemClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type Target } from '../../../src/dendrite/index.js'
import {
  decodeTensor,
  encodeTensor,
  fixedSchemes,
  httpClient,
  httpServer,
  type WireTensor,
} from '../../../src/http/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { type Exchange, pairsOf, recorded } from '../../python/recorder.js'
import { add, double, fail, hashFields, none, tell } from '../../python/synapses.js'
import { send, serveRaw } from './rawHttp.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A clock that stands where a request was signed. */
function clockAt(nonce: string): Clock {
  const ms = Number(BigInt(nonce) / 1_000_000n)
  const { setTimer, hold } = systemClock
  return { now: () => ms, setTimer, hold }
}

async function serve(nonce: string): Promise<Axon> {
  const expectedScheme = fixedSchemes({
    [bob.address]: 'sr25519',
    [keyPairFromUri('//Bob', { scheme: 'ed25519' }).address]: 'ed25519',
  })
  const transports = [httpServer({ protocols: ['bt_header', 'btauth/1'], hashFields, expectedScheme })]
  const axon = new Axon({ signer: alice, transports, clock: clockAt(nonce), logger: silentLogger })
  axon.handle(add, ({ a, b }) => ({ sum: a + b }))
  axon.handle(double, ({ tensor }) => {
    const { dtype, shape, data } = decodeTensor(tensor as WireTensor)
    const doubled = encodeTensor({ dtype, shape, data: (data as Float32Array).map((value) => 2 * value) })
    return { doubled: { ...doubled, shape: [...doubled.shape] } }
  })
  axon.handle(fail, () => {
    throw new Error('no answer')
  })
  axon.handle(tell, async function* ({ prompt }) {
    for (const word of prompt.split(' ')) yield word
  })
  await axon.start()
  closing.push(() => axon.stop())
  return axon
}

const headersOf = ({ rawHeaders }: { rawHeaders: readonly string[] }): Record<string, string> =>
  Object.fromEntries(pairsOf(rawHeaders))
const textOf = ({ body }: { body: string }): string => Buffer.from(body, 'base64').toString()
const nonceOf = (exchange: Exchange): string => headersOf(exchange.request).bt_header_dendrite_nonce ?? ''
/** Time passes between one recording and the next. */
const steady = (text: string): string => text.replaceAll(/"process_time":"[^"]*"/g, '')

const fromPython = recorded('python-calls-ours')
const toPython = recorded('ours-calls-python')

describe('requests that a Python dendrite made', () => {
  const repeatable = fromPython.filter(
    ({ name, response }) => name !== 'Wait' && [200, 401, 404, 500].includes(response.status),
  )

  it('were recorded in every kind', () => {
    const kinds = new Set(repeatable.map(({ name, response }) => `${name} ${response.status}`))
    expect([...kinds].sort()).toEqual([
      'Add 200',
      'Add 401',
      'Double 200',
      'Fail 500',
      'None_ 404',
      'Tell 200',
    ])
  })

  it.each(repeatable.map((exchange, at) => [at, exchange.name, exchange.response.status, exchange] as const))(
    '%i, of %s, are answered with %i as they were',
    async (_at, _name, _status, exchange) => {
      const axon = await serve(nonceOf(exchange))
      const { target: path } = exchange.request
      const reply = await send(axon.address, {
        path,
        headers: headersOf(exchange.request),
        body: textOf(exchange.request),
      })
      expect(reply.status).toBe(exchange.response.status)
      expect(steady(reply.text)).toBe(steady(textOf(exchange.response)))
      const { bt_header_axon_process_time: _now, ...said } = headersOf(exchange.response)
      for (const [name, value] of Object.entries(said).filter(([name]) => name.startsWith('bt_header')))
        expect([name, reply.headers[name]]).toEqual([name, value])
    },
  )

  it('are refused with one character of a signed part changed', async () => {
    const [exchange] = repeatable
    if (exchange === undefined) return expect.unreachable()
    const headers = headersOf(exchange.request)
    for (const part of ['nonce', 'uuid', 'hotkey', 'signature'].map((name) => `bt_header_dendrite_${name}`)) {
      const axon = await serve(nonceOf(exchange))
      const value = headers[part] ?? ''
      const other = `${value.slice(0, -1)}${value.endsWith('1') ? '2' : '1'}`
      const changed = { path: '/Add', headers: { ...headers, [part]: other }, body: textOf(exchange.request) }
      expect([part, (await send(axon.address, changed)).status]).toEqual([part, 401])
    }
  })
})

describe('answers that a Python axon gave', () => {
  const answering = async (exchange: Exchange): Promise<Target> => {
    const { server, host, port } = await serveRaw((_request, response) => {
      const kept = pairsOf(exchange.response.rawHeaders).filter(
        ([name]) => !/^(transfer-encoding|connection|date)$/i.test(name),
      )
      response.writeHead(exchange.response.status, kept.flat())
      response.end(Buffer.from(exchange.response.body, 'base64'))
    })
    closing.push(() => server.close())
    return { hotkey: alice.hotkey, host, port }
  }
  const dendriteOf = (): Dendrite => {
    const dendrite = new Dendrite({
      signer: bob,
      transport: httpClient({ protocol: 'bt_header', hashFields }),
    })
    closing.push(() => dendrite.close())
    return dendrite
  }
  const named = (name: string): Exchange => {
    const exchange = toPython.find((one) => one.name === name)
    if (exchange === undefined) return expect.unreachable(name)
    return exchange
  }

  it('are read as answers, tensors and streams', async () => {
    const dendrite = dendriteOf()
    const sum = await dendrite.call(add, await answering(named('Add')), { a: 2, b: 40, label: "it's" })
    expect(sum).toMatchObject({ status: 'ok', answer: { sum: 42 } })
    const tensor = { buffer: '', dtype: 'float32', shape: [] }
    const doubled = await dendrite.call(double, await answering(named('Double')), { tensor })
    if (doubled.status !== 'ok') return expect.unreachable(doubled.reason)
    expect(decodeTensor(doubled.answer.doubled as WireTensor).data).toEqual(Float32Array.of(3, 5))
    let text = ''
    for await (const chunk of dendrite.stream(tell, await answering(named('Tell')), { prompt: '' }))
      text += chunk
    expect(text).toBe('abcdé')
  })

  it('are read as the statuses that they mean', async () => {
    const dendrite = dendriteOf()
    const refused = toPython.filter(({ name }) => name === 'refused')
    const statuses: string[] = []
    for (const exchange of refused) {
      const result = await dendrite.call(none, await answering(exchange), { a: 1 })
      statuses.push(`${exchange.response.status} ${result.status}`)
    }
    expect(statuses).toEqual([
      '404 unknownSynapse',
      '500 failed',
      '401 unauthenticated',
      '403 forbidden',
      '500 failed',
    ])
  })
})

describe('requests that the SDK of btauth/1 signed', () => {
  interface Signed {
    readonly scheme: string
    readonly body: string
    readonly path: string
    readonly headers: Record<string, string>
  }
  const signed = (recorded('python-signs-btauth') as unknown as Signed[]).filter(
    ({ headers }) => headers !== undefined,
  )

  it.each(signed.map((one) => [one.scheme, one] as const))(
    'by %s hold, and do not when changed',
    async (_scheme, one) => {
      const { path, body } = one
      const headers = { ...one.headers, 'content-type': 'application/json' }
      const axon = await serve(one.headers['X-Bittensor-Nonce'] ?? '')
      expect((await send(axon.address, { path, headers, body: body.replace('40', '41') })).status).toBe(401)
      expect((await send(axon.address, { path, headers, body })).status).toBe(200)
      expect((await send(axon.address, { path, headers, body })).status).toBe(401)
    },
  )

  it('were recorded by both schemes that it has', () => {
    expect(signed.map(({ scheme }) => scheme)).toEqual(['sr25519', 'ed25519'])
  })
})
