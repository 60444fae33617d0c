import {
  check,
  clock as clockCheck,
  func,
  having,
  host,
  oneOf,
  optional,
  port,
  shape,
  signer,
  text,
} from '../../checks/index.js'
import { type Clock, systemClock } from '../../clock/index.js'
import { publicKeyOf, type Signer } from '../../crypto/index.js'
import {
  type CallerMessage,
  decodeCallerMessage,
  encodeServerMessage,
  MAX_STREAM_CREDIT,
  type ServerMessage,
} from '../../synapse/index.js'
import {
  acceptSession,
  type Carrier,
  type Channel,
  closeCodes,
  generateNoiseKeyPair,
  type NetworkAddress,
  type SecureSession,
} from '../../transport/index.js'
import { asHotkey, type Hotkey } from '../../units/index.js'
import { MAX_LIAR_FRAME_BYTES, NOT_A_MESSAGE, tamperedChannel } from './tamperedChannel.js'

/**
 * How a server lies, or fails to answer:
 *
 * - `malformed`: it answers with bytes that are no message.
 * - `unknownId`: it answers a call that was never made.
 * - `twice`: it answers, and then answers the same call again with another body.
 * - `chunkForAnswer`, `answerForStream`: it answers a request with what belongs to the other kind.
 * - `endForAnswer`: it says that a request has ended well, without an answer.
 * - `tooManyChunks`: it sends more chunks than it was given credit for.
 * - `chunkAfterEnd`: it ends a stream and goes on.
 * - `tooLargeFrame`: its answer is above every frame limit.
 * - `replayedFrame`, `alteredFrame`: a sealed frame of its comes twice, or is not as it was sealed.
 * - `silence`: it takes requests and says nothing.
 * - `goAway`: it sends the requests after each away and goes on answering.
 * - `deniesReading`: it says that it has not read a request, and answers it all the same.
 * - `stolenIdentity`: it says that it is another hotkey, whose key it does not have.
 * - `none`: it tells the truth.
 */
export const SERVER_LIES = [
  'malformed',
  'unknownId',
  'twice',
  'chunkForAnswer',
  'answerForStream',
  'endForAnswer',
  'tooManyChunks',
  'chunkAfterEnd',
  'tooLargeFrame',
  'replayedFrame',
  'alteredFrame',
  'silence',
  'goAway',
  'deniesReading',
  'stolenIdentity',
  'none',
] as const

/** One of {@link SERVER_LIES}. */
export type ServerLie = (typeof SERVER_LIES)[number]

/** How a lying server is made. */
export interface LyingServerOptions {
  /** Its own key. */
  readonly signer: Signer
  readonly carrier: Carrier
  /** Default the system clock. */
  readonly clock?: Clock
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free one. */
  readonly port?: number
  readonly lie: ServerLie
  /** For `stolenIdentity`: whom it says it is. Default: itself. */
  readonly claims?: Hotkey
  /** Body of its answers and chunks, by body of the request. Default: the same. */
  readonly answer?: (body: unknown) => unknown
}

/** A server that lies; see `startLyingServer`. */
export interface LyingServer {
  readonly hotkey: Hotkey
  readonly address: NetworkAddress
  /** Requests that it has read. */
  readonly requests: number
  /** Its connections end, and its address is free. */
  close(): Promise<void>
}

const optionsShape = shape<LyingServerOptions>({
  signer,
  carrier: having('a carrier', ['listen', 'dial']),
  clock: optional(clockCheck),
  host: optional(host),
  port: optional(port({ min: 0 })),
  lie: oneOf(SERVER_LIES),
  claims: optional(text({ min: 1 })),
  answer: optional(func),
})

/** Chunks of an honest stream. */
const CHUNKS = 3

/**
 * Starts a server that shakes hands as an axon does, and then lies: to test what calls its peers. It takes any synapse.
 *
 * @throws InvalidArgumentError naming what is wrong.
 * @throws ListenError when the address cannot be bound.
 *
 * @example
 * ```ts
 * import { VirtualClock } from 'subnetkit/clock'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { faultyNetwork, startLyingServer } from 'subnetkit/testing'
 *
 * const network = faultyNetwork({ seed: 'liars', clock: new VirtualClock() })
 * const { carrier, clock } = network.peer('liar')
 * const liar = await startLyingServer({ signer: keyPairFromUri('//Liar'), carrier, clock, lie: 'twice' })
 * liar.address.port // for the dendrite
 * await liar.close()
 * ```
 */
export async function startLyingServer(options: LyingServerOptions): Promise<LyingServer> {
  check('options', optionsShape, options)
  const { carrier, clock = systemClock, host = '127.0.0.1', port = 0, lie, answer = (body) => body } = options
  const claims = options.claims ?? asHotkey(options.signer.address)
  const proof = lie === 'stolenIdentity' ? claiming(options.signer, claims) : options.signer
  const staticKey = generateNoiseKeyPair()
  const sessions = new Set<SecureSession>()
  const channels = new Set<Channel>()
  let requests = 0

  const onChannel = async (plain: Channel): Promise<void> => {
    const tampered = tamperedChannel(plain, lie)
    channels.add(plain)
    let session: SecureSession
    try {
      session = await acceptSession(tampered.channel, { signer: proof, staticKey, clock })
    } catch {
      // Whoever called has hung up, as it should.
      channels.delete(plain)
      return
    }
    channels.delete(plain)
    sessions.add(session)
    tampered.begin()
    session.receive({
      onMessage: (bytes) => {
        let message: CallerMessage
        try {
          message = decodeCallerMessage(bytes)
        } catch {
          session.close(closeCodes.badMessage)
          return
        }
        if (message.kind !== 'request') return
        requests++
        for (const said of saidTo(message, lie, answer)) {
          session.send(said instanceof Uint8Array ? said : encodeServerMessage(said))
        }
      },
      onClose: () => sessions.delete(session),
    })
  }

  const listener = await carrier.listen({
    host,
    port,
    maxFrameBytes: MAX_LIAR_FRAME_BYTES,
    maxConnections: 1_024,
    onChannel: (channel) => void onChannel(channel),
  })
  return {
    hotkey: claims,
    address: listener.address,
    get requests() {
      return requests
    },
    async close() {
      await listener.close()
      for (const channel of channels) channel.close(closeCodes.goingAway)
      for (const session of [...sessions]) session.close(closeCodes.goingAway)
    },
  }
}

type Request = Extract<CallerMessage, { kind: 'request' }>

/** What a server says to a request, in order. */
function saidTo(
  request: Request,
  lie: ServerLie,
  answer: (body: unknown) => unknown,
): readonly (ServerMessage | Uint8Array)[] {
  const { id } = request
  const body = answer(request.body)
  const chunk = { kind: 'chunk', id, body } as const
  const end = { kind: 'end', id, status: 'ok', unhandled: false } as const
  const reply = { kind: 'answer', id, body } as const
  const truth: readonly ServerMessage[] = request.isStream
    ? [...Array<ServerMessage>(Math.min(CHUNKS, request.credit)).fill(chunk), end]
    : [reply]
  switch (lie) {
    case 'malformed':
      return [NOT_A_MESSAGE]
    case 'unknownId':
      return [{ ...reply, id: id + 1_000 }]
    case 'twice':
      return [...truth, request.isStream ? end : { ...reply, body: 'the second answer' }]
    case 'chunkForAnswer':
      return [request.isStream ? reply : chunk]
    case 'answerForStream':
      return [request.isStream ? reply : end]
    case 'endForAnswer':
      return [request.isStream ? reply : end]
    case 'tooManyChunks':
      return [...Array<ServerMessage>(MAX_STREAM_CREDIT + 1).fill(chunk), end]
    case 'chunkAfterEnd':
      return [...truth, chunk]
    case 'tooLargeFrame':
      return [encodeServerMessage({ ...reply, body: new Uint8Array(MAX_LIAR_FRAME_BYTES - 1_024) })]
    case 'silence':
      return []
    case 'goAway':
      return [{ kind: 'goAway', unreadFrom: id + 1, status: 'unreachable' }, ...truth]
    case 'deniesReading':
      return [{ kind: 'goAway', unreadFrom: id, status: 'unreachable' }, ...truth]
    default:
      return truth
  }
}

/** A signer that says it is another key, and signs with its own. */
export function claiming(signer: Signer, hotkey: Hotkey): Signer {
  return {
    scheme: signer.scheme,
    address: hotkey as unknown as Signer['address'],
    publicKey: publicKeyOf(hotkey),
    sign: (message, entropy) => signer.sign(message, entropy),
  }
}
