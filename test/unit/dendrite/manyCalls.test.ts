import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse, encodeServerMessage } from '../../../src/synapse/index.js'
import {
  acceptSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  webSocketCarrier,
} from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('1,000 calls on one signal', () => {
  it('print no warning, and leave no listener behind', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const carrier = createMemoryNetwork()
    const axon = new Axon({
      signer: alice,
      carrier,
      limits: { maxRunning: 2_000, maxRunningPerCaller: 2_000 },
    })
    axon.handle(echo, (request) => request)
    await axon.start()
    const dendrite = new Dendrite({ signer: bob, carrier })
    closing.push(
      () => dendrite.close(),
      () => axon.stop(),
    )
    const { signal } = new AbortController()
    const target = { hotkey: axon.hotkey, ...axon.address }
    const calls = Array.from({ length: 1_000 }, (_, i) => dendrite.call(echo, target, i, { signal }))
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1)
    const results = await Promise.all(calls)
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([])
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})

describe('connections that go away', () => {
  it('count towards maxConnections until their calls have ended', async () => {
    const carrier = createMemoryNetwork()
    const staticKey = generateNoiseKeyPair()
    let accepted = 0
    const listener = await carrier.listen({
      host: '10.0.0.1',
      port: 0,
      maxFrameBytes: 1 << 20,
      maxConnections: 50,
      onChannel: async (channel) => {
        accepted++
        const session = await acceptSession(channel, { signer: alice, staticKey })
        session.receive({
          // Takes the first call, says that the next belongs elsewhere, and never answers.
          onMessage: () =>
            session.send(encodeServerMessage({ kind: 'goAway', unreadFrom: 1, status: 'unreachable' })),
          onClose: () => {},
        })
      },
    })
    const dendrite = new Dendrite({ signer: bob, carrier, limits: { maxConnections: 2 } })
    closing.push(
      () => dendrite.close(),
      () => listener.close(),
    )
    const target = { hotkey: alice.hotkey, ...listener.address }
    const calls: Promise<{ status: string }>[] = []
    for (let i = 0; i < 8; i++) {
      calls.push(dendrite.call(echo, target, i, { timeoutMs: 3_000 }))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect([accepted, dendrite.connectionCount]).toEqual([2, 2])
    const statuses = (await Promise.all(calls)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([...Array(6).fill('overloaded'), 'timeout', 'timeout'])
    const next = dendrite.call(echo, target, 8, { timeoutMs: 1_000 })
    expect((await next).status).toBe('timeout')
    expect(accepted).toBe(3)
  })
})

describe('limits above 24 days', () => {
  const neverMs = 30 * 86_400_000

  it.each([
    ['axon idleMs', { idleMs: neverMs }, {}],
    ['axon handshakeMs', { handshakeMs: neverMs }, {}],
    ['axon maxCallMs', { maxCallMs: neverMs }, {}],
    ['dendrite idleMs', {}, { idleMs: neverMs }],
    ['dendrite dialMs', {}, { dialMs: neverMs }],
    ['dendrite callMs', {}, { callMs: neverMs }],
    ['both callMs', { maxCallMs: neverMs }, { callMs: 2 ** 52 }],
  ])('%s is waited for in full', async (_, axonLimits, limits) => {
    const axon = new Axon({
      signer: alice,
      carrier: webSocketCarrier({ upgradeMs: neverMs }),
      limits: axonLimits,
      logger: silentLogger,
    })
    axon.handle(echo, async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      return request
    })
    await axon.start()
    const dendrite = new Dendrite({ signer: bob, limits })
    closing.push(
      () => dendrite.close(),
      () => axon.stop(),
    )
    const target = { hotkey: axon.hotkey, ...axon.address }
    expect((await dendrite.call(echo, target, 1)).status).toBe('ok')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(dendrite.connectionCount).toBe(1)
    expect((await dendrite.call(echo, target, 2)).status).toBe('ok')
    expect(axon.counters.connectionsAccepted).toBe(1)
  })
})
