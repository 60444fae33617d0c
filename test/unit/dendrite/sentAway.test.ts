import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type DendriteLimits } from '../../../src/dendrite/index.js'
import {
  type CallerMessage,
  decodeCallerMessage,
  defineStream,
  defineSynapse,
  encodeServerMessage,
  type ServerMessage,
} from '../../../src/synapse/index.js'
import { acceptSession, createMemoryNetwork, generateNoiseKeyPair } from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Request = Extract<CallerMessage, { kind: 'request' }>

/** A server that says what the test says to each request of each of its sessions; counted from 0. */
async function scene(
  reply: (request: Request, session: number) => readonly ServerMessage[],
  limits: Partial<DendriteLimits> = {},
) {
  const carrier = createMemoryNetwork()
  let sessions = 0
  const listener = await carrier.listen({
    host: 'server',
    port: 1,
    maxFrameBytes: 1 << 20,
    maxConnections: 8,
    onChannel: async (channel) => {
      const number = sessions++
      const session = await acceptSession(channel, { signer: alice, staticKey: generateNoiseKeyPair() })
      session.receive({
        onMessage: (bytes) => {
          const message = decodeCallerMessage(bytes)
          if (message.kind !== 'request') return
          for (const said of reply(message, number)) session.send(encodeServerMessage(said))
        },
        onClose: () => {},
      })
    },
  })
  const dendrite = new Dendrite({ signer: bob, carrier, limits })
  closing.push(
    () => dendrite.close(),
    () => listener.close(),
  )
  return { dendrite, target: { hotkey: alice.hotkey, ...listener.address }, sessions: () => sessions }
}

const goAway = (unreadFrom: number, status: 'overloaded' | 'unreachable' = 'unreachable') =>
  ({ kind: 'goAway', unreadFrom, status }) as const
const answer = ({ id, body }: Pick<Request, 'id' | 'body'>) => ({ kind: 'answer', id, body }) as const

describe('a server that says which requests it has not read', () => {
  it('is asked for those again over another connection, and waited for with the others', async () => {
    const { dendrite, target, sessions } = await scene((request, session) => {
      if (session > 0) return [answer(request)]
      // What has id 1 and 2 is on its way when it says so.
      return request.id === 2 ? [goAway(1), answer({ id: 0, body: 'old' })] : []
    })
    const results = await Promise.all(
      ['old', 'new', 'newer'].map((body) => dendrite.call(echo, target, body)),
    )
    expect(results).toMatchObject(['old', 'new', 'newer'].map((body) => ({ status: 'ok', answer: body })))
    expect(sessions()).toBe(2)
  })

  it('is asked over another connection for what waited at the client, though others are in flight', async () => {
    const gate = { open: (): void => {} }
    const { dendrite, target } = await scene(
      (request, session) => {
        if (session === 0) return [goAway(1)]
        gate.open()
        return [answer(request)]
      },
      { maxCallsPerConnection: 1 },
    )
    const held = dendrite.call(echo, target, 1, { timeoutMs: 400 })
    const waited = dendrite.call(echo, target, 2)
    await new Promise<void>((resolve) => {
      gate.open = resolve
    })
    expect(await waited).toMatchObject({ status: 'ok', answer: 2 })
    // Nobody answers it, and the server does not close.
    expect(await held).toMatchObject({ status: 'timeout', unhandled: false })
  })

  it('is not dialled again where it says that it has no place', async () => {
    const { dendrite, target, sessions } = await scene(() => [goAway(0, 'overloaded')])
    expect(await dendrite.call(echo, target, 1)).toMatchObject({ status: 'overloaded', unhandled: true })
    expect(sessions()).toBe(1)
  })

  it('is dialled once more for each call, and not for ever', async () => {
    const { dendrite, target, sessions } = await scene(() => [goAway(0)])
    expect(await dendrite.call(echo, target, 1)).toMatchObject({ status: 'unreachable', unhandled: true })
    expect(sessions()).toBe(2)
  })

  it('gives its place to the next dial where there may be one connection', async () => {
    const { dendrite, target } = await scene(
      (request, session) => [session === 0 ? goAway(0) : answer(request)],
      { maxConnections: 1 },
    )
    expect(await dendrite.call(echo, target, 1)).toMatchObject({ status: 'ok', answer: 1 })
  })
})

describe('a server that contradicts itself', () => {
  it.each([
    ['of a request that was never made', [goAway(2)]],
    ['twice', [goAway(1), goAway(1)]],
  ])(
    'and says %s what it has not read: the call ends as malformed, and may have been handled',
    async (_, said) => {
      const { dendrite, target, sessions } = await scene(() => said)
      expect(await dendrite.call(echo, target, 1)).toMatchObject({ status: 'malformed', unhandled: false })
      expect(sessions()).toBe(1)
    },
  )

  it('and denies having read what it answers in part: the stream ends as malformed, and no chunk comes twice', async () => {
    const { dendrite, target, sessions } = await scene(({ id }) => [
      { kind: 'chunk', id, body: 1 },
      goAway(0),
    ])
    const chunks: number[] = []
    const read = async (): Promise<void> => {
      for await (const chunk of dendrite.stream(count, target, 1)) chunks.push(chunk)
    }
    await expect(read()).rejects.toMatchObject({ status: 'malformed', unhandled: false })
    expect(chunks.length).toBeLessThanOrEqual(1)
    expect(sessions()).toBe(1)
  })
})
