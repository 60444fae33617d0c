import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/clock/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import { AbortedError } from '../../../src/errors/index.js'
import {
  acceptSession,
  type Channel,
  closeCodeName,
  closeCodes,
  connectSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type KeyLifetime,
  type SecureSession,
  SessionRefusedError,
} from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob')

/** Both ends of a fresh channel in memory. */
async function channels(): Promise<[Channel, Channel]> {
  const network = createMemoryNetwork()
  let accepted: Channel | undefined
  const listener = await network.listen({
    host: 'a',
    port: 1,
    maxFrameBytes: 1 << 20,
    maxConnections: 1,
    onChannel: (channel) => {
      accepted = channel
    },
  })
  const dialled = await network.dial(listener.address, { maxFrameBytes: 1 << 20 })
  return [dialled, accepted!]
}

async function sessions(
  options: { caller?: KeyPair; keyLifetime?: KeyLifetime } = {},
): Promise<[SecureSession, SecureSession]> {
  const [near, far] = await channels()
  const keyLifetime = options.keyLifetime === undefined ? {} : { keyLifetime: options.keyLifetime }
  return Promise.all([
    connectSession(near, {
      signer: options.caller ?? bob,
      staticKey: generateNoiseKeyPair(),
      hotkey: alice.hotkey,
      ...keyLifetime,
    }),
    acceptSession(far, { signer: alice, staticKey: generateNoiseKeyPair(), ...keyLifetime }),
  ])
}

/** Lets a turn of the event loop end: messages of one turn share a frame. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function heard(session: SecureSession) {
  const events: unknown[] = []
  const closed = new Promise<number>((resolve) => {
    session.receive({
      onMessage: (message) => events.push(...message),
      onClose: (code) => {
        events.push({ code })
        resolve(code)
      },
      onFault: (fault) => events.push(fault),
    })
  })
  return { events, closed }
}

describe('connectSession and acceptSession', () => {
  it('prove both hotkeys to one another, of either scheme', async () => {
    for (const caller of [bob, keyPairFromUri('//Bob', { scheme: 'ed25519' })]) {
      const [near, far] = await sessions({ caller })
      expect(near.peer).toBe(alice.address)
      expect(far.peer).toBe(caller.address)
      const far1 = heard(far)
      near.send(Uint8Array.of(1, 2))
      near.send(new Uint8Array(0))
      near.close(closeCodes.normal)
      await far1.closed
      expect(far1.events).toEqual([1, 2, { code: 1000 }])
    }
  })

  it('refuse a server that answers for another hotkey, before the caller names itself', async () => {
    const [near, far] = await channels()
    const serving = acceptSession(far, { signer: alice, staticKey: generateNoiseKeyPair() })
    const ends = await Promise.allSettled([
      connectSession(near, { signer: bob, staticKey: generateNoiseKeyPair(), hotkey: bob.hotkey }),
      serving,
    ])
    const [client, server] = ends.map((end) => (end.status === 'rejected' ? end.reason : undefined))
    expect(client).toBeInstanceOf(SessionRefusedError)
    expect(client).toMatchObject({
      code: 'SessionRefused',
      reason: 'wrongIdentity',
      closeCode: 4401,
      dialled: bob.address,
      remote: 'a:1',
    })
    expect(client.message).toBe(
      'The peer at a:1 did not prove the expected hotkey (close code 4401, wrongIdentity). Check that the address belongs to that hotkey and that both ends run the same protocol.',
    )
    expect(server).toMatchObject({ reason: 'closedByPeer', closeCode: 4401, dialled: undefined })
  })

  it('give up at the deadline, on the clock they were given', async () => {
    const clock = new VirtualClock()
    const [near] = await channels()
    const options = { signer: bob, staticKey: generateNoiseKeyPair(), clock, handshakeMs: 500 }
    const refused = connectSession(near, { ...options, hotkey: alice.hotkey }).catch((error) => error)
    await clock.run({ untilMs: 499 })
    await clock.run({ untilMs: 500 })
    expect(await refused).toMatchObject({ reason: 'handshakeTimeout', closeCode: 4403 })
  })

  it('end with their signal', async () => {
    const [near, far] = await channels()
    const controller = new AbortController()
    const options = { signer: bob, staticKey: generateNoiseKeyPair(), signal: controller.signal }
    const aborted = connectSession(near, { ...options, hotkey: alice.hotkey }).catch((error) => error)
    controller.abort('enough')
    expect(await aborted).toBeInstanceOf(AbortedError)
    const early = acceptSession(far, { ...options, signer: alice }).catch((error) => error)
    expect((await early).cause).toBe('enough')
  })
})

describe('SecureSession', () => {
  it('replaces its keys on the way without losing a message', async () => {
    const [near, far] = await sessions({ keyLifetime: { rekeyEveryFrames: 3, maxFrames: 100 } })
    const there = heard(far)
    const back = heard(near)
    for (let i = 0; i < 10; i++) {
      near.send(Uint8Array.of(i))
      far.send(Uint8Array.of(100 + i))
      await turn()
    }
    near.close(closeCodes.normal)
    await there.closed
    await back.closed
    expect(there.events).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, { code: 1000 }])
  })

  it('closes before a frame number could be used twice', async () => {
    const [near, far] = await sessions({ keyLifetime: { rekeyEveryFrames: 2, maxFrames: 4 } })
    const there = heard(far)
    for (let i = 0; i < 6; i++) {
      near.send(Uint8Array.of(i))
      await turn()
    }
    expect(near.isOpen).toBe(false)
    expect(await there.closed).toBe(closeCodes.sessionWornOut)
    expect(there.events).toEqual([0, 1, 2, 3, { code: 4430 }])
  })

  it('refuses frames when the ends disagree on when to replace keys', async () => {
    const [near, far] = await channels()
    const staticKey = generateNoiseKeyPair()
    const [client, server] = await Promise.all([
      connectSession(near, {
        signer: bob,
        staticKey,
        hotkey: alice.hotkey,
        keyLifetime: { rekeyEveryFrames: 1, maxFrames: 9 },
      }),
      acceptSession(far, { signer: alice, staticKey }),
    ])
    const there = heard(server)
    client.send(Uint8Array.of(1))
    await turn()
    client.send(Uint8Array.of(2))
    expect(await there.closed).toBe(closeCodes.badFrame)
    expect(there.events).toEqual([1, 'tamperedFrame', { code: 4404 }])
  })
})

describe('closeCodes', () => {
  it('have one name each, and unknown numbers have none', () => {
    const codes = Object.values(closeCodes)
    expect(new Set(codes).size).toBe(codes.length)
    for (const [name, code] of Object.entries(closeCodes)) expect(closeCodeName(code)).toBe(name)
    expect(closeCodeName(4999)).toBe('unknown')
  })
})
