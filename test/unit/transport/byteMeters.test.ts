import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { ByteMeters, type Carrier, createMemoryNetwork } from '../../../src/transport/index.js'

const echo = defineSynapse({ name: 'echo', request: z.string(), answer: z.string() })

/** A carrier that sees every frame of whoever dials. */
function watched(carrier: Carrier): { carrier: Carrier; seen: { sent: number; received: number } } {
  const seen = { sent: 0, received: 0 }
  const dial: Carrier['dial'] = async (address, options) => {
    const channel = await carrier.dial(address, options)
    return new Proxy(channel, {
      get(target, key) {
        if (key === 'send') {
          return (frame: Uint8Array, onTaken?: () => void) => {
            seen.sent += frame.length
            target.send(frame, onTaken)
          }
        }
        if (key === 'receive') {
          return (handlers: Parameters<typeof target.receive>[0]) =>
            target.receive({
              ...handlers,
              onFrame(frame) {
                seen.received += frame.length
                handlers.onFrame(frame)
              },
            })
        }
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
  return { carrier: { kind: carrier.kind, listen: (options) => carrier.listen(options), dial }, seen }
}

describe('bytes of sessions', () => {
  test('are those of every frame, handshakes and goodbyes included, and go on over a restart', async () => {
    const { carrier, seen } = watched(createMemoryNetwork())
    const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    const axon = new Axon({ signer, carrier, logger: silentLogger, port: 9_000 })
    axon.handle(echo, (text) => text)
    const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier })
    for (let start = 1; start <= 2; start++) {
      await axon.start()
      const target = { hotkey: axon.hotkey, ...axon.address }
      const before = seen.sent
      const calls = [1, 10, 100_000].map((length) => dendrite.call(echo, target, 'x'.repeat(length)))
      for (const { status } of await Promise.all(calls)) expect(status).toBe('ok')
      expect(seen.sent - before).toBeGreaterThan(100_000)
      await axon.stop()
      expect(dendrite.bytes).toEqual({ session: seen })
      expect(axon.counters.bytes).toEqual({ session: { received: seen.sent, sent: seen.received } })
    }
    const wrong = { hotkey: dendrite.hotkey, host: '127.0.0.1', port: 9_000 }
    await axon.start()
    const before = axon.counters.bytes.session?.received ?? 0
    // A handshake that fails counts as well.
    expect((await dendrite.call(echo, wrong, 'x', { timeoutMs: 10_000 })).status).toBe('unauthenticated')
    expect(axon.counters.bytes.session?.received).toBeGreaterThan(before)
    expect(dendrite.bytes).toEqual({ session: seen })
    await dendrite.close()
    await axon.stop()
  })
})

describe('ByteMeters', () => {
  test('hold one meter for each kind, and one for what comes after sixteen', () => {
    const meters = new ByteMeters()
    for (let kind = 0; kind < 20; kind++) meters.of(`kind-${kind}`).sent += 1
    expect(meters.of('kind-0')).toBe(meters.of('kind-0'))
    const counts = meters.counts()
    expect(Object.keys(counts)).toHaveLength(17)
    expect(counts['(other)']).toEqual({ received: 0, sent: 4 })
    meters.of('kind-0').sent += 1
    expect(counts['kind-0']).toEqual({ received: 0, sent: 1 })
  })

  test.each([[''], ['x'.repeat(65)], [7], [undefined]])('refuse the kind %j', (kind) => {
    expect(() => new ByteMeters().of(kind as never)).toThrow(InvalidArgumentError)
  })
})
