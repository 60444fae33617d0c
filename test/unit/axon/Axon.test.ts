import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, AxonStateError, defaultAxonLimits } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork, ListenError } from '../../../src/transport/index.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

describe('Axon', () => {
  it('refuses limits that are no positive integers', () => {
    for (const [name, value] of [
      ['maxRunning', 0],
      ['idleMs', 0],
      ['maxFrameBytes', -1],
    ] as const) {
      expect(() => new Axon({ signer, limits: { [name]: value } })).toThrow(`Invalid limits.${name}`)
    }
    expect(() => new Axon({ signer, limits: { maxQueued: 0 } })).not.toThrow()
    expect(Object.values(defaultAxonLimits).every((limit) => limit > 0)).toBe(true)
  })

  it('refuses a second handler of one name', () => {
    const axon = new Axon({ signer })
    axon.handle(double, (value) => value)
    expect(() => axon.handle(double, (value) => value)).toThrow('Give each synapse of an axon its own name.')
  })

  it('says in which state it cannot do what is asked', async () => {
    const carrier = createMemoryNetwork()
    const axon = new Axon({ signer, carrier })
    expect(() => axon.address).toThrow(AxonStateError)
    await axon.stop()
    await axon.start()
    const error = await axon.start().catch((reason) => reason)
    expect(error).toMatchObject({ name: 'AxonStateError', code: 'AxonState', state: 'running' })
    expect(error.shortMessage).toBe('It cannot start while the axon is running.')
    const taken = new Axon({ signer, carrier, ...axon.address })
    await expect(taken.start()).rejects.toBeInstanceOf(ListenError)
    expect(taken.state).toBe('stopped')
    await axon.stop()
    await taken.start()
    await taken.stop()
  })

  it.each([
    [
      'throws',
      (): void => {
        throw new TypeError('listener')
      },
    ],
    ['rejects', (): Promise<never> => Promise.reject(new TypeError('listener'))],
  ])('goes on when a listener %s, without that listener', async (_, fail) => {
    const carrier = createMemoryNetwork()
    const axon = new Axon({ signer, carrier, logger: silentLogger })
    axon.handle(double, (value) => 2 * value)
    await axon.start()
    const dropped: unknown[] = []
    axon.on('fault', ({ part, cause }) => dropped.push([part, cause]))
    let heard = 0
    axon.on('answered', () => {
      heard++
      return fail()
    })
    const off = axon.on('connected', () => {
      heard += 100
    })
    off()
    const dendrite = new Dendrite({ signer, carrier })
    const target = { hotkey: axon.hotkey, ...axon.address }
    for (let i = 0; i < 3; i++) expect((await dendrite.call(double, target, i)).status).toBe('ok')
    expect([heard, axon.counters.listenersDropped]).toEqual([1, 1])
    expect(dropped).toEqual([['listener', new TypeError('listener')]])
    await dendrite.close()
    await axon.stop()
  })

  it('gives counters that later events do not change', async () => {
    const axon = new Axon({ signer })
    const before = axon.counters
    expect(before).toEqual({
      connectionsAccepted: 0,
      connectionsOpen: 0,
      unauthenticatedOpen: 0,
      callsReceived: 0,
      callsAnswered: 0,
      callsRunning: 0,
      callsQueued: 0,
      callsAdmitting: 0,
      callersRemembered: 0,
      callsOverrunning: 0,
      failed: {},
      refused: {},
      listenersDropped: 0,
      bytes: {},
    })
    expect(axon.counters).not.toBe(before)
  })
})
