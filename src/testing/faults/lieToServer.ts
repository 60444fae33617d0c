import {
  check,
  clock as clockCheck,
  custom,
  durationMs,
  having,
  host,
  oneOf,
  optional,
  port,
  shape,
  signer,
  text,
  unicode,
} from '../../checks/index.js'
import { type Clock, systemClock } from '../../clock/index.js'
import type { Signer } from '../../crypto/index.js'
import { encodeCallerMessage, MAX_STREAM_CREDIT } from '../../synapse/index.js'
import {
  type Carrier,
  connectSession,
  generateNoiseKeyPair,
  type NetworkAddress,
  type SecureSession,
  SessionRefusedError,
} from '../../transport/index.js'
import { asHotkey, type Hotkey } from '../../units/index.js'
import { claiming } from './lyingServer.js'
import { MAX_LIAR_FRAME_BYTES, NOT_A_MESSAGE, tamperedChannel } from './tamperedChannel.js'

/**
 * How a caller lies to a server:
 *
 * - `malformed`: what it says is no message.
 * - `idTwice`: two of its requests have one id.
 * - `unknownCall`: it cancels, and gives credit to, calls that it never made.
 * - `creditOverrun`: it gives more credit than anybody may have, for a synapse that is a stream.
 * - `tooLargeFrame`: its request is above every frame limit.
 * - `replayedFrame`, `alteredFrame`: a sealed frame of its comes twice, or is not as it was sealed.
 * - `replayedProof`: the last frame of its handshake comes twice.
 * - `stolenIdentity`: it says that it is another hotkey, whose key it does not have.
 * - `unfinishedHandshake`: it connects and says nothing.
 */
export const CALLER_LIES = [
  'malformed',
  'idTwice',
  'unknownCall',
  'creditOverrun',
  'tooLargeFrame',
  'replayedFrame',
  'alteredFrame',
  'replayedProof',
  'stolenIdentity',
  'unfinishedHandshake',
] as const

/** One of {@link CALLER_LIES}. */
export type CallerLie = (typeof CALLER_LIES)[number]

/** How a caller lies, and to whom. */
export interface LieOptions {
  /** Its own key. */
  readonly signer: Signer
  readonly carrier: Carrier
  /** Default the system clock. */
  readonly clock?: Clock
  readonly target: NetworkAddress & { readonly hotkey: Hotkey }
  /** Name of a synapse that the server answers. */
  readonly synapse: string
  /** Body of its requests; default `null`. */
  readonly body?: unknown
  readonly lie: CallerLie
  /** For `stolenIdentity`: whom it says it is. Default: itself. */
  readonly claims?: Hotkey
  /** How long it stays when the server does not hang up; default 10,000. */
  readonly staysMs?: number
}

const optionsShape = shape<LieOptions>({
  signer,
  carrier: having('a carrier', ['listen', 'dial']),
  clock: optional(clockCheck),
  target: shape<LieOptions['target']>({ host, port: port({ min: 1 }), hotkey: text({ min: 1 }) }),
  synapse: unicode({ min: 1, max: 64 }),
  body: optional(custom('Pass any value.', () => true)),
  lie: oneOf(CALLER_LIES),
  claims: optional(text({ min: 1 })),
  staysMs: optional(durationMs({ min: 1 })),
})

/**
 * Connects to a server as a dendrite does, and then lies: to test an axon.
 *
 * @returns The close code with which the server hung up; `undefined` when it did not within `staysMs`.
 * @throws InvalidArgumentError naming what is wrong.
 * @throws UnreachableError when nobody listens there.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { lieToServer } from 'subnetkit/testing'
 * import { closeCodeName, webSocketCarrier } from 'subnetkit/transport'
 *
 * const liar = { signer: keyPairFromUri('//Liar'), carrier: webSocketCarrier() }
 * const target = { hotkey: keyPairFromUri('//Alice').hotkey, host: '127.0.0.1', port: 9944 }
 * const code = await lieToServer({ ...liar, target, synapse: 'double', lie: 'idTwice' })
 * if (code !== undefined) console.log(closeCodeName(code)) // badMessage
 * ```
 */
export async function lieToServer(options: LieOptions): Promise<number | undefined> {
  check('options', optionsShape, options)
  const { carrier, clock = systemClock, target, lie, staysMs = 10_000 } = options
  const { hotkey, ...address } = target
  const channel = await carrier.dial(address, { maxFrameBytes: MAX_LIAR_FRAME_BYTES, timeoutMs: staysMs })
  const claims = options.claims ?? asHotkey(options.signer.address)
  return await new Promise((resolve) => {
    const timer = clock.setTimer(() => {
      resolve(undefined)
      channel.close(1_000)
    }, staysMs)
    const onClose = (code: number): void => {
      timer.cancel()
      resolve(code)
    }
    if (lie === 'unfinishedHandshake') {
      channel.receive({ onFrame: () => {}, onClose })
      return
    }
    const tampered = tamperedChannel(channel, lie)
    const proof = lie === 'stolenIdentity' ? claiming(options.signer, claims) : options.signer
    connectSession(tampered.channel, {
      signer: proof,
      staticKey: generateNoiseKeyPair(),
      hotkey,
      clock,
    }).then(
      (session) => {
        session.receive({ onMessage: () => {}, onClose })
        tampered.begin()
        tell(session, options)
      },
      (error: unknown) => onClose(error instanceof SessionRefusedError ? error.closeCode : 1_006),
    )
  })
}

/** Says it. */
function tell(session: SecureSession, { synapse, body = null, lie }: LieOptions): void {
  const request = (id: number, isStream = false, its: unknown = body): Uint8Array =>
    encodeCallerMessage({
      kind: 'request',
      id,
      isStream,
      synapse,
      timeoutMs: 60_000,
      credit: isStream ? 1 : 0,
      body: its,
    })
  const credit = (id: number): Uint8Array =>
    encodeCallerMessage({ kind: 'credit', id, credit: MAX_STREAM_CREDIT })
  switch (lie) {
    case 'malformed':
      session.send(NOT_A_MESSAGE)
      break
    case 'idTwice':
      session.send(request(0))
      session.send(request(0))
      break
    case 'unknownCall':
      session.send(encodeCallerMessage({ kind: 'cancel', id: 77 }))
      session.send(credit(78))
      break
    case 'creditOverrun':
      session.send(request(0, true))
      session.send(credit(0))
      session.send(credit(0))
      break
    case 'tooLargeFrame':
      session.send(request(0, false, new Uint8Array(MAX_LIAR_FRAME_BYTES - 1_024)))
      break
    default:
      // The frame itself is the lie.
      session.send(request(0))
  }
}
