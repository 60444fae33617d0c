import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonTransport, sessionServer } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, sessionClient } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork, ListenError } from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('an axon of several transports', () => {
  it('answers over each with the same handlers and limits, under the address of the first', async () => {
    const [one, other] = [createMemoryNetwork(), createMemoryNetwork()]
    const axon = new Axon({
      signer: alice,
      port: 7,
      logger: silentLogger,
      transports: [sessionServer({ carrier: one }), sessionServer({ carrier: other })],
      limits: { maxRunning: 1, maxQueued: 0 },
    })
    let release: () => void = () => {}
    axon.handle(double, async (value) => {
      if (value === 0) {
        await new Promise<void>((resolve) => {
          release = resolve
        })
      }
      return 2 * value
    })
    await axon.start()
    closing.push(() => axon.stop())
    expect(axon.address).toEqual({ host: '127.0.0.1', port: 7 })
    const dendrites = [one, other].map(
      (carrier) => new Dendrite({ signer: bob, transport: sessionClient({ carrier }) }),
    )
    closing.push(...dendrites.map((dendrite) => () => dendrite.close()))
    const target = { hotkey: axon.hotkey, ...axon.address }
    for (const dendrite of dendrites) {
      expect(await dendrite.call(double, target, 21)).toMatchObject({ status: 'ok', answer: 42 })
    }
    expect(axon.counters).toMatchObject({ connectionsOpen: 2, callsAnswered: 2 })
    const held = dendrites[0]?.call(double, target, 0)
    while (axon.counters.callsRunning === 0) await new Promise((resolve) => setImmediate(resolve))
    expect((await dendrites[1]?.call(double, target, 1))?.status).toBe('overloaded')
    release()
    expect((await held)?.status).toBe('ok')
    await axon.stop()
    expect(axon.counters.connectionsOpen).toBe(0)
  })

  it('does not start when one of them cannot, and leaves none listening', async () => {
    const carrier = createMemoryNetwork()
    const make = (): Axon =>
      new Axon({ signer: alice, port: 7, carrier, transports: [sessionServer(), sessionServer()] })
    const axon = make()
    await expect(axon.start()).rejects.toBeInstanceOf(ListenError)
    expect(axon.state).toBe('stopped')
    expect(() => axon.address).toThrow('There is no address while the axon is stopped.')
    const next = new Axon({ signer: alice, port: 7, carrier })
    await next.start()
    await next.stop()
  })

  it('names a transport that gives nothing that listens', async () => {
    const transport = { kind: 'none', listen: async () => ({}) } as unknown as AxonTransport
    const axon = new Axon({ signer: alice, transports: [transport] })
    await expect(axon.start()).rejects.toMatchObject({ code: 'InvalidArgument', field: 'transports' })
    expect(axon.state).toBe('stopped')
  })
})

describe('a dendrite', () => {
  it('names a transport that carries nothing', () => {
    const transport = (): never => ({}) as never
    expect(() => new Dendrite({ signer: bob, transport })).toThrow('Invalid transport')
  })
})
