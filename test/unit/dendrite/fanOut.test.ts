import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type Target } from '../../../src/dendrite/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const keyOf = (name: string) => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })

describe('a fan-out over a whole subnet', () => {
  it('ends at its deadline and keeps every answer, wherever those that stall stand', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const silent: Target[] = []
    for (let at = 0; at < 250; at++) {
      const { address } = await carrier.listen({
        host: '10.0.0.1',
        port: 0,
        maxFrameBytes: 1_024,
        maxConnections: 8,
        onChannel: () => {},
      })
      silent.push({ hotkey: keyOf('silent').hotkey, ...address })
    }
    const axons = Array.from(
      { length: 6 },
      (_, at) => new Axon({ signer: keyOf(`miner${at}`), carrier, clock }),
    )
    for (const axon of axons) {
      axon.handle(double, (value) => 2 * value)
      await axon.start()
    }
    const good = axons.map((axon): Target => ({ hotkey: axon.hotkey, ...axon.address }))
    const dendrite = new Dendrite({ signer: keyOf('validator'), carrier, clock })
    const targets = [...good.slice(0, 3), ...silent, ...good.slice(3)]
    let endedAtMs = -1
    const asked = dendrite.callAll(double, targets, 21, { timeoutMs: 2_000 }).finally(() => {
      endedAtMs = clock.now()
    })
    await clock.run({ until: () => endedAtMs >= 0 })
    const results = await asked
    expect(endedAtMs).toBe(2_000)
    const statuses = results.map(({ status }) => status)
    const expected = targets.map((target) => (silent.includes(target) ? 'timeout' : 'ok'))
    expect(statuses).toEqual(expected)
    await dendrite.close()
    const stopped = Promise.all(axons.map((axon) => axon.stop()))
    await clock.run()
    await stopped
  })
})
