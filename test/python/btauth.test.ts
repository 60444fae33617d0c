import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { Axon } from '../../src/axon/index.js'
import { type KeyPair, keyPairFromUri } from '../../src/crypto/index.js'
import { epistulaMessage } from '../../src/http/epistula/epistula.js'
import { type BtauthScheme, fixedSchemes, httpServer, signBtauth } from '../../src/http/index.js'
import { silentLogger } from '../../src/log/index.js'
import { send } from '../integration/http/rawHttp.js'
import { testNeeding } from '../support/requirement.js'
import { Peer } from './peer.js'
import { pythonPeer } from './peers.js'
import { keep } from './recorder.js'
import { add } from './synapses.js'

const needed = pythonPeer('sdk11')
const server = keyPairFromUri('//Alice')
const callers = {
  sr25519: keyPairFromUri('//Bob'),
  ed25519: keyPairFromUri('//Bob', { scheme: 'ed25519' }),
} as const
const schemes = Object.keys(callers) as (keyof typeof callers)[]
const BODY = JSON.stringify({ a: 2, b: 40, label: 'é' })

let peer: Peer
const heard: object[] = []
beforeAll(async () => {
  if (needed.missing === undefined) peer = await Peer.start('sdk11')
}, 60_000)
afterAll(async () => {
  if (needed.missing !== undefined) return
  await peer.stop()
  keep('python-signs-btauth', heard)
})

const opened: Axon[] = []
afterEach(async () => {
  for (const axon of opened.splice(0)) await axon.stop()
})

async function serve(): Promise<Axon> {
  const pins: Record<string, BtauthScheme> = {}
  for (const scheme of schemes) pins[callers[scheme].address] = scheme
  const transports = [
    httpServer({ protocols: ['btauth/1', 'epistula/2'], expectedScheme: fixedSchemes(pins) }),
  ]
  const axon = new Axon({ signer: server, transports, logger: silentLogger })
  opened.push(axon)
  axon.handle(add, ({ a, b }) => ({ sum: a + b }))
  await axon.start()
  return axon
}

const hex = (text: string | Uint8Array): string => Buffer.from(text).toString('hex')
const asked = { method: 'POST', path: '/Add', receiver: server.address }
const json = { 'content-type': 'application/json' }

describe('the SDK that signs requests', () => {
  testNeeding(needed, 'is the one that was looked at', async () => {
    const about = await peer.ask<object>({ do: 'about' })
    heard.push({ about })
    // Sources of a later step take a trusted scheme and know ML-DSA; the release that is pinned does neither.
    expect(about).toEqual({
      bittensor: '11.3.0',
      takesExpectedScheme: false,
      hasMlDsa: false,
      schemes: ['ed25519', 'sr25519'],
      protocol: 'btauth/1',
    })
  })

  for (const scheme of schemes) {
    const caller: KeyPair = callers[scheme]

    testNeeding(
      needed,
      `calls our axon by ${scheme}, and is refused when anything signed was changed`,
      async () => {
        const axon = await serve()
        const sign = (more: object = {}): Promise<Record<string, string>> =>
          peer.ask({ do: 'sign', as: '//Bob', scheme, ...asked, body: hex(BODY), ...more })
        const post = async (headers: Record<string, string>, body = BODY, path = '/Add'): Promise<number> =>
          (await send(axon.address, { path, headers: { ...headers, ...json }, body })).status
        const headers = await sign()
        heard.push({ scheme, ...asked, body: BODY, headers })
        expect(await post(headers)).toBe(200)
        expect(await post(headers)).toBe(401)
        const fresh = await sign()
        expect(await post(fresh, `${BODY} `)).toBe(401)
        expect(await post(fresh, BODY, '/Add?x')).toBe(401)
        for (const name of ['Hotkey', 'Nonce', 'Signature', 'Receiver'].map(
          (part) => `X-Bittensor-${part}`,
        )) {
          const value = fresh[name] ?? ''
          const at = value.length - 1
          const other = `${value.slice(0, at)}${value[at] === '1' ? '2' : '1'}`
          expect([name, await post({ ...fresh, [name]: other })]).toEqual([name, 401])
        }
        expect(await post(await sign({ receiver: caller.address }))).toBe(401)
        expect(await post(await sign({ nonce: String(BigInt(Date.now() - 11_000) * 1_000_000n) }))).toBe(401)
        expect(await post(fresh)).toBe(200)
      },
    )

    testNeeding(
      needed,
      `verifies what we sign by ${scheme}, once, and nothing that was changed`,
      async () => {
        const nonce = BigInt(Date.now()) * 1_000_000n + 17n
        const headers = await signBtauth({
          signer: caller,
          target: '/Add',
          body: Buffer.from(BODY),
          receiver: server.address,
          nonce,
        })
        const verify = (more: object = {}): Promise<unknown> =>
          peer.ask({ do: 'verify', headers, ...asked, body: hex(BODY), ...more })
        expect(await verify({ body: hex(`${BODY} `) })).toEqual({ refused: 'BadSignature' })
        expect(await verify({ path: '/Add?' })).toEqual({ refused: 'BadSignature' })
        expect(await verify({ method: 'PUT' })).toEqual({ refused: 'BadSignature' })
        expect(await verify({ receiver: caller.address })).toEqual({ refused: 'WrongReceiver' })
        expect(await verify({ now: String(nonce + 11_000_000_000n) })).toEqual({ refused: 'StaleRequest' })
        expect(await verify()).toEqual({ hotkey: caller.address, nonce: String(nonce) })
        expect(await verify()).toEqual({ refused: 'ReplayedRequest' })
      },
    )
  }

  testNeeding(needed, 'signs a message of Epistula v2 that our axon takes', async () => {
    const axon = await serve()
    const uuid = '5ecbd69c-1cec-41ee-b0dc-e29ce36fec1a'
    const timestampMs = Date.now()
    const message = epistulaMessage({ body: Buffer.from(BODY), uuid, timestampMs, signedFor: axon.hotkey })
    const { signature } = await peer.ask<{ signature: string }>({
      do: 'rawSign',
      as: '//Bob',
      message: hex(message),
    })
    const headers = {
      ...json,
      'Epistula-Version': '2',
      'Epistula-Timestamp': String(timestampMs),
      'Epistula-Uuid': uuid,
      'Epistula-Signed-By': callers.sr25519.address,
      'Epistula-Signed-For': axon.hotkey,
      'Epistula-Request-Signature': signature,
    }
    const post = async (body: string): Promise<number> =>
      (await send(axon.address, { path: '/Add', headers, body })).status
    expect(await post(`${BODY} `)).toBe(401)
    expect(await post(BODY)).toBe(200)
    expect(await post(BODY)).toBe(401)
  })
})
