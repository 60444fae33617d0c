import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { CallFailedError, Dendrite } from '../../../src/dendrite/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import {
  CALLER_LIES,
  type CallerLie,
  faultyNetwork,
  lieToServer,
  SERVER_LIES,
  type ServerLie,
  startLyingServer,
} from '../../../src/testing/index.js'
import { closeCodeName } from '../../../src/transport/index.js'
import { World } from './World.js'

const liarKey = keyPairFromUri('//liar', { scheme: 'ed25519' })
const callerKey = keyPairFromUri('//caller', { scheme: 'ed25519' })
const victim = keyPairFromUri('//victim', { scheme: 'ed25519' })

const ask = defineSynapse({ name: 'ask', request: z.string(), answer: z.string() })
const tell = defineStream({ name: 'tell', request: z.string(), chunk: z.string() })

/** How a call of each kind ends with a server that lies so. */
const SERVER_TABLE: { readonly [Lie in ServerLie]: readonly [unary: string, stream: string] } = {
  none: ['ok', 'ok 3'],
  malformed: ['malformed', 'malformed'],
  unknownId: ['malformed', 'malformed'],
  twice: ['ok', 'ok 3'],
  chunkForAnswer: ['malformed', 'malformed'],
  answerForStream: ['malformed', 'malformed'],
  endForAnswer: ['malformed', 'malformed'],
  tooManyChunks: ['malformed', 'malformed'],
  chunkAfterEnd: ['ok', 'ok 3'],
  tooLargeFrame: ['tooLarge', 'tooLarge'],
  // The first chunk has a frame of its own, which is said again before the others come.
  replayedFrame: ['ok', 'unreachable'],
  alteredFrame: ['unreachable', 'unreachable'],
  silence: ['timeout', 'timeout'],
  goAway: ['ok', 'ok 3'],
  deniesReading: ['unreachable', 'unreachable'],
  stolenIdentity: ['unauthenticated', 'unauthenticated'],
}

describe('a server that lies', () => {
  test.each(SERVER_LIES.map((lie) => ({ lie })))(
    '$lie: each call ends in time, as it should',
    async ({ lie }) => {
      const clock = new VirtualClock()
      const network = faultyNetwork({ seed: lie, clock })
      const liar = await startLyingServer({
        signer: liarKey,
        carrier: network.peer('liar').carrier,
        clock,
        host: '10.0.0.9',
        port: 9_000,
        lie,
        ...(lie === 'stolenIdentity' ? { claims: victim.hotkey } : {}),
      })
      const dendrite = new Dendrite({ signer: callerKey, carrier: network.peer('caller').carrier, clock })
      const target = { hotkey: liar.hotkey, ...liar.address }
      const seen: string[] = []
      const calling = async (): Promise<void> => {
        const result = await dendrite.call(ask, target, 'the question', { timeoutMs: 1_000 })
        if (result.status === 'ok') expect(result.answer).toBe('the question')
        seen.push(result.status)
        // A frame that is said again comes at some turn of this moment: before the next call, so that there is one outcome.
        if (lie === 'replayedFrame') await sleep(clock, 1)
        let chunks = 0
        try {
          for await (const chunk of dendrite.stream(tell, target, 'the tale', { timeoutMs: 1_000 })) {
            expect(chunk).toBe('the tale')
            chunks++
          }
          seen.push(`ok ${chunks}`)
        } catch (error) {
          seen.push(error instanceof CallFailedError ? error.status : String(error))
        }
      }
      void calling()
      await clock.run({ until: () => seen.length === 2, untilMs: 5_000 })
      expect(seen).toEqual(SERVER_TABLE[lie])
      expect(clock.now()).toBeLessThanOrEqual(2_000)
      await dendrite.close()
      await liar.close()
      await clock.run()
      expect(dendrite.connectionCount).toBe(0)
      expect(network.connectionCount).toBe(0)
      expect(clock.pendingTimers).toBe(0)
    },
  )
})

/** How the server hangs up on a caller that lies so, and under which name it counts that; nothing where it does neither. */
const CALLER_TABLE: { readonly [Lie in CallerLie]: readonly [closedAs: string, refused?: string] } = {
  malformed: ['badMessage', 'malformedMessage'],
  idTwice: ['badMessage', 'protocolViolation'],
  unknownCall: ['stays'],
  creditOverrun: ['badMessage', 'protocolViolation'],
  tooLargeFrame: ['frameTooLarge', 'frameTooLarge'],
  replayedFrame: ['badFrame', 'replayedFrame'],
  alteredFrame: ['badFrame', 'tamperedFrame'],
  replayedProof: ['badFrame', 'reorderedFrame'],
  stolenIdentity: ['wrongIdentity', 'wrongIdentity'],
  unfinishedHandshake: ['handshakeTimeout', 'handshakeTimeout'],
}

describe('a caller that lies', () => {
  test.each(CALLER_LIES.map((lie) => ({ lie })))(
    '$lie: is turned away by name, beside honest ones',
    async ({ lie }) => {
      const world = await World.start({ seed: lie, faults: [] })
      world.plan(
        Array.from({ length: 20 }, (_, at) => ({
          id: `honest ${at}`,
          atMs: 500 * at,
          dendrite: 0,
          miner: 0,
          timeoutMs: 1_005,
          ask: { kind: 'echo', bytes: 100 } as const,
        })),
      )
      const { carrier } = world.network.peer('liar')
      let closedAs: string | undefined
      void lieToServer({
        signer: liarKey,
        carrier,
        clock: world.clock,
        target: world.targetOf(0) as never,
        synapse: lie === 'creditOverrun' ? 'count' : 'echo',
        body:
          lie === 'creditOverrun'
            ? { id: 'lie', chunks: 5, everyMs: 100, bytes: 1 }
            : { id: 'lie', bytes: Uint8Array.of(1) },
        lie,
        claims: victim.hotkey,
        staysMs: 20_000,
      }).then((code) => {
        closedAs = code === undefined ? 'stays' : closeCodeName(code)
      })
      await world.untilCallsEnd()
      await world.clock.run({ until: () => closedAs !== undefined, untilMs: 60_000 })
      const { refused } = world.axons[0]!.axon.counters
      await world.idle()
      await world.end()
      const [expected, reason] = CALLER_TABLE[lie]
      expect(closedAs).toBe(expected)
      expect(refused).toEqual(reason === undefined ? {} : { [reason]: 1 })
      expect(world.records.map(({ status }) => status)).toEqual(Array(20).fill('ok'))
      expect(world.broken).toEqual([])
    },
  )
})
