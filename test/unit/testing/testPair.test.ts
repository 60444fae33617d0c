import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { testPair } from '../../../src/testing/index.js'

const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

describe('testPair', () => {
  it('answers, and records what the axon told', async () => {
    await using pair = await testPair({
      serve: (axon) => axon.handle(double, (value) => 2 * value),
      axon: { blacklist: ({ request }) => request === 13 },
    })
    const { dendrite, target } = pair
    expect(await dendrite.call(double, target, 21, { requestId: 'a' })).toMatchObject({ answer: 42 })
    expect((await dendrite.call(double, target, 13, { requestId: 'b' })).status).toBe('forbidden')
    const { hotkey: caller } = dendrite
    expect(pair.events).toMatchObject([
      { name: 'connected', caller },
      { name: 'answered', caller, synapse: 'double', requestId: 'a' },
      { name: 'refused', caller, synapse: 'double', requestId: 'b', reason: 'blacklisted' },
    ])
  })

  it('takes as long as its latency and its handler on virtual time', async () => {
    const clock = new VirtualClock()
    const pair = await testPair({
      clock,
      latencyMs: 50,
      serve: (axon) =>
        axon.handle(double, async (value) => {
          await sleep(clock, 60_000)
          return 2 * value
        }),
    })
    const options = { timeoutMs: 100_000 }
    const result = await pair.run(() => pair.dendrite.call(double, pair.target, 1, options))
    // A dial takes one trip, the handshake three, the request travels with the last of them and the answer takes one.
    expect(result).toMatchObject({ status: 'ok', elapsedMs: 60_250 })
    await pair.stop()
    expect(pair.axon.state).toBe('stopped')
  })
})
