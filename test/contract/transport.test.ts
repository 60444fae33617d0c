import { describe, it } from 'vitest'
import { VirtualClock } from '../../src/clock/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import {
  CALLER_LIES,
  type CallerLie,
  faultyNetwork,
  lieToServer,
  SERVER_LIES,
  type ServerLie,
  startLyingServer,
  type TransportBed,
  type TransportIntruder,
  type TransportLiar,
  type TransportUnderTest,
  transportContract,
} from '../../src/testing/index.js'
import { type Carrier, createMemoryNetwork, webSocketCarrier } from '../../src/transport/index.js'

function partsOf({ axon }: TransportBed) {
  const { carrier = webSocketCarrier(), clock } = axon
  return { carrier, ...(clock === undefined ? {} : { clock }) }
}

/** How a call ends that is answered by each lie that is none about who it is or when it speaks. */
const liesAboutCalls = {
  malformed: ['unary', 'malformed'],
  unknownId: ['unary', 'malformed'],
  chunkForAnswer: ['unary', 'malformed'],
  endForAnswer: ['unary', 'malformed'],
  answerForStream: ['stream', 'malformed'],
  tooManyChunks: ['stream', 'malformed'],
  tooLargeFrame: ['unary', 'tooLarge'],
  alteredFrame: ['unary', 'unreachable'],
  silence: ['unary', 'timeout'],
} as const satisfies Partial<Record<ServerLie, readonly [TransportLiar['kind'], TransportLiar['status']]>>

const liars = SERVER_LIES.flatMap((lie): TransportLiar[] => {
  const end = Object.entries(liesAboutCalls).find(([name]) => name === lie)?.[1]
  if (end === undefined) return []
  const [kind, status] = end
  const serve: TransportLiar['serve'] = async (bed, signer) => {
    const server = await startLyingServer({ signer, ...partsOf(bed), lie })
    return { target: { hotkey: server.hotkey, ...server.address }, close: () => server.close() }
  }
  return [{ name: lie, kind, status, serve }]
})

/** What a server does not notice is no intrusion: calls that are over may be cancelled. */
const noticed = CALLER_LIES.filter(
  (lie) => lie !== 'unknownCall' && lie !== 'unfinishedHandshake' && lie !== 'creditOverrun',
)
const intruders = noticed.map(
  (lie: CallerLie): TransportIntruder => ({
    name: lie,
    intrude: async (bed, target, signer) => {
      const [body, claims] = [{ a: 1, b: 1 }, keyPairFromUri('//Dave', { scheme: 'ed25519' }).hotkey]
      await lieToServer({ signer, ...partsOf(bed), target, synapse: 'add', body, lie, claims, staysMs: 500 })
    },
  }),
)

const sessionOver = (
  name: string,
  open: () => { carrier: Carrier; clock?: VirtualClock },
): TransportUnderTest => ({
  name: `sessions over ${name}`,
  liars,
  intruders,
  open() {
    const parts = open()
    return { axon: parts, dendrite: parts }
  },
})

transportContract(
  { describe, it },
  sessionOver('WebSocket', () => ({ carrier: webSocketCarrier() })),
)
transportContract(
  { describe, it },
  sessionOver('memory', () => ({ carrier: createMemoryNetwork() })),
)
transportContract(
  { describe, it },
  sessionOver('memory on virtual time', () => {
    const clock = new VirtualClock()
    return { carrier: createMemoryNetwork({ clock, latencyMs: 5 }), clock }
  }),
)
/** With nothing to go wrong it is a network like any other. */
transportContract(
  { describe, it },
  {
    name: 'sessions over a faulty network without faults',
    liars,
    intruders,
    open() {
      const clock = new VirtualClock()
      const network = faultyNetwork({ seed: 'contract', clock })
      const partsFor = (name: string) => ({ carrier: network.peer(name).carrier, clock })
      return { axon: partsFor('server'), dendrite: partsFor('client'), close: async () => network.close() }
    },
  },
)
