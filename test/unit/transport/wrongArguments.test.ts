import { describe, expect, it } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import {
  acceptSession,
  type Carrier,
  connectSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type ListenOptions,
  webSocketCarrier,
} from '../../../src/transport/index.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const listen: ListenOptions = {
  host: '127.0.0.1',
  port: 0,
  maxFrameBytes: 64,
  maxConnections: 1,
  onChannel: () => {},
}

describe.each<[string, Carrier]>([
  ['WebSocket', webSocketCarrier()],
  ['memory', createMemoryNetwork()],
])('a carrier over %s', (_, carrier) => {
  it.each([
    ['host', ''],
    ['host', 5],
    ['port', 70_000],
    ['port', undefined],
    ['maxFrameBytes', 0],
    ['maxConnections', Number.POSITIVE_INFINITY],
    ['onChannel', undefined],
    ['allowedOrigins', ['*']],
    ['unheardOf', 1],
  ])('refuses to listen with %s %o', async (key, value) => {
    const wrong = { ...listen, [key]: value } as ListenOptions
    await expect(carrier.listen(wrong)).rejects.toThrow(`Invalid ${key}`)
  })

  it.each([
    [{ host: '127.0.0.1' }, {}, 'address.port'],
    [{ host: '127.0.0.1', port: '1' }, {}, 'address.port'],
    [{ host: '127.0.0.1', port: 1, unheardOf: 1 }, {}, 'address.unheardOf'],
    [{ host: '127.0.0.1', port: 1 }, { timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs'],
    [{ host: '127.0.0.1', port: 1 }, { signal: {} }, 'signal'],
    [{ host: '127.0.0.1', port: 1 }, { unheardOf: 1 }, 'unheardOf'],
  ])('refuses to dial %o with %o', async (address, options, field) => {
    const wrong = { maxFrameBytes: 64, ...options } as never
    await expect(carrier.dial(address as never, wrong)).rejects.toThrow(`Invalid ${field}`)
  })
})

describe('a session', () => {
  const channel = { remote: 'a:1', bufferedBytes: 0, receive() {}, send() {}, close() {}, trust() {} }
  const right = { signer, staticKey: generateNoiseKeyPair(), handshakeMs: 5 }

  it.each([
    ['signer', undefined],
    ['staticKey', {}],
    ['handshakeMs', Number.POSITIVE_INFINITY],
    ['clock', {}],
    ['signal', {}],
    ['keyLifetime', { rekeyEveryFrames: 0, maxFrames: 1 }],
    ['onHello', 1],
    ['meter', { received: 0, sent: 0 }],
    ['unheardOf', 1],
  ])('is not made with %s %o', async (key, value) => {
    const wrong = { ...right, [key]: value } as never
    const field = key === 'keyLifetime' ? 'keyLifetime.rekeyEveryFrames' : key
    await expect(acceptSession(channel, wrong)).rejects.toThrow(`Invalid ${field}`)
    const dialling = { ...right, hotkey: signer.hotkey, [key]: value } as never
    await expect(connectSession(channel, dialling)).rejects.toThrow(`Invalid ${field}`)
  })

  it('is not made on what is no channel, or with a hotkey that is none', async () => {
    await expect(acceptSession({} as never, right)).rejects.toThrow('Invalid channel')
    await expect(connectSession(channel, { ...right, hotkey: 5 as never })).rejects.toThrow('Invalid hotkey')
  })
})
