import {
  type Check,
  check,
  custom,
  func,
  instance,
  optional,
  type ShapeOf,
  shape,
  signal as signalCheck,
  signer as signerCheck,
  text,
  wholeNumber,
} from '../../checks/index.js'
import { type Clock, onAbort, systemClock, type Timer } from '../../clock/index.js'
import { addressOf, publicKeyOf, type Signer } from '../../crypto/index.js'
import { AbortedError } from '../../errors/index.js'
import { asHotkey, type Hotkey } from '../../units/index.js'
import { ByteMeter } from '../ByteMeters.js'
import { anyChannel, optionalClock, optionalMs } from '../carrierShapes.js'
import { closeCodes } from '../closeCodes.js'
import { NoiseHandshake, type NoiseRole } from '../noise/NoiseHandshake.js'
import { NoiseError } from '../noise/noiseErrors.js'
import type { NoiseKeyPair } from '../noise/primitives.js'
import { SESSION_NOISE } from '../noise/protocol.js'
import type { Channel } from '../types.js'
import { checkIdentity, isSameKey, proveIdentity, SESSION_VERSION } from './identity.js'
import { type KeyLifetime, SecureSession } from './SecureSession.js'
import { type SessionRefusal, SessionRefusedError } from './sessionErrors.js'

/** Longest handshake frame that makes sense. */
const MAX_HANDSHAKE_BYTES = 512

/** How long a handshake may take unless told otherwise. */
export const DEFAULT_HANDSHAKE_MS = 5_000

const PROLOGUE = new TextEncoder().encode(`subnetkit/session/${SESSION_VERSION}\0${SESSION_NOISE}`)

/** What both ends of a handshake need. */
export interface SessionOptions {
  /** Proves who this end is. */
  readonly signer: Signer
  /** Key of the encryption, unrelated to the signer's; may serve many sessions. */
  readonly staticKey: NoiseKeyPair
  /** Default the system clock. */
  readonly clock?: Clock
  /** Default 5,000. */
  readonly handshakeMs?: number
  readonly signal?: AbortSignal
  readonly keyLifetime?: KeyLifetime
  /**
   * Longest frame that a message may need; a longer one closes the session. Default: what the channel takes. Messages that share a
   * frame need up to `SHARED_FRAME_BYTES`, which the channel has to take in any case.
   */
  readonly maxFrameBytes?: number
  /** Counts the bytes of every frame, those of the handshake included. */
  readonly meter?: ByteMeter
  /**
   * Accepting only: decides when a stranger's first message is answered, which costs a signature. Call `answer` once,
   * now or later; never calling it leaves the stranger to the timeout. Default: at once.
   */
  readonly onHello?: (answer: () => void) => void
}

const count = wholeNumber({ min: 1 })
const entries: ShapeOf<SessionOptions> = {
  signer: signerCheck,
  staticKey: custom(
    'Pass what generateNoiseKeyPair made.',
    (value) => typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value,
  ),
  clock: optionalClock,
  handshakeMs: optionalMs,
  signal: optional(signalCheck),
  keyLifetime: optional(shape<KeyLifetime>({ rekeyEveryFrames: count, maxFrames: count })),
  maxFrameBytes: optional(count),
  meter: optional(instance(ByteMeter)),
  onHello: optional(func),
}
const acceptShape = shape<SessionOptions>(entries)
const connectShape = shape<SessionOptions & { readonly hotkey: Hotkey }>({
  ...entries,
  hotkey: text({ min: 1 }),
})

/**
 * Makes a secure session on a channel that was dialled; the peer must prove exactly `hotkey`.
 *
 * @throws SessionRefusedError when the peer does not, in time or at all; the channel is closed then.
 * @throws AbortedError when the signal is aborted first.
 * PERF: two round trips, one signature made and one checked (about 2 ms with sr25519, 0.5 ms with ed25519).
 */
export function connectSession(
  channel: Channel,
  options: SessionOptions & { readonly hotkey: Hotkey },
): Promise<SecureSession> {
  return refusal(channel, connectShape, options) ?? new SessionHandshake(channel, 'initiator', options).run()
}

/**
 * Makes a secure session on a channel that was accepted, whoever the caller is.
 *
 * @throws SessionRefusedError as `connectSession`.
 * @throws AbortedError when the signal is aborted first.
 */
export function acceptSession(channel: Channel, options: SessionOptions): Promise<SecureSession> {
  return refusal(channel, acceptShape, options) ?? new SessionHandshake(channel, 'responder', options).run()
}

/** What is wrong with the arguments, as a rejection; nothing when they are right, so that the handshake begins at once. */
function refusal(channel: Channel, expected: Check, options: SessionOptions): Promise<never> | undefined {
  try {
    check('channel', anyChannel, channel)
    check('options', expected, options)
    return undefined
  } catch (error) {
    return Promise.reject(error)
  }
}

class SessionHandshake {
  readonly #channel: Channel
  readonly #options: SessionOptions
  readonly #role: NoiseRole
  readonly #noise: NoiseHandshake
  readonly #meter: ByteMeter
  readonly #dialled: Uint8Array
  readonly #dialledHotkey: Hotkey | undefined
  #session: SecureSession | undefined
  #timer: Timer | undefined
  #unlisten: (() => void) | undefined
  /** Responder: message 1 was read. */
  #greeted = false
  #settled = false
  #resolve: (session: SecureSession) => void = () => {}
  #reject: (reason: unknown) => void = () => {}

  constructor(channel: Channel, role: NoiseRole, options: SessionOptions & { readonly hotkey?: Hotkey }) {
    this.#channel = channel
    this.#role = role
    this.#options = options
    this.#meter = options.meter ?? new ByteMeter()
    this.#dialledHotkey = options.hotkey
    this.#dialled = options.hotkey === undefined ? options.signer.publicKey : publicKeyOf(options.hotkey)
    this.#noise = new NoiseHandshake({
      protocol: SESSION_NOISE,
      role,
      prologue: PROLOGUE,
      staticKey: options.staticKey,
    })
  }

  run(): Promise<SecureSession> {
    const { signal, clock = systemClock, handshakeMs = DEFAULT_HANDSHAKE_MS } = this.#options
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      if (signal?.aborted) {
        this.#onAbort()
        return
      }
      if (signal !== undefined) this.#unlisten = onAbort(signal, () => this.#onAbort())
      this.#timer = clock.setTimer(
        () => this.#refuse('handshakeTimeout', closeCodes.handshakeTimeout),
        handshakeMs,
      )
      this.#channel.receive({
        onFrame: (frame) => this.#onFrame(frame),
        onClose: (code) => this.#onClose(code),
        onDrain: () => this.#session?.channelDrained(),
      })
      if (this.#role === 'initiator') this.#sendHello()
    })
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#session !== undefined) {
      this.#session.acceptFrame(frame)
      return
    }
    this.#meter.received += frame.length
    if (this.#settled) return
    if (frame.length > MAX_HANDSHAKE_BYTES) {
      this.#refuse('badHandshake', closeCodes.badHandshake)
      return
    }
    this.#attempt(() => {
      if (this.#role === 'initiator') this.#readProof(frame)
      else if (!this.#greeted) this.#readHello(frame)
      else this.#readCaller(frame)
    })
  }

  /** Does a step; whatever goes wrong in it ends the handshake. */
  #attempt(step: () => void): void {
    try {
      step()
    } catch (cause) {
      if (!(cause instanceof NoiseError)) {
        this.#channel.close(closeCodes.badHandshake)
        this.#settle(() => this.#reject(cause))
        return
      }
      this.#refuse('badHandshake', closeCodes.badHandshake, cause)
    }
  }

  /** Message 1, initiator: the version, so that an unknown one can be named, and an ephemeral key. */
  #sendHello(): void {
    const hello = this.#noise.write(new Uint8Array(0))
    this.#send(Buffer.concat([Uint8Array.of(SESSION_VERSION), hello]))
  }

  /** Message 1 read, message 2 sent, responder: proves the hotkey that this end answers for. */
  #readHello(frame: Uint8Array): void {
    if (frame[0] !== SESSION_VERSION) throw new NoiseError({ what: 'The peer speaks another version' })
    this.#greeted = true
    const { payload } = this.#noise.read(frame.subarray(1))
    if (payload.length > 0) throw new NoiseError({ what: 'The first message carries a payload' })
    const { onHello } = this.#options
    if (onHello === undefined) this.#answerHello()
    else onHello(() => this.#attempt(() => this.#answerHello()))
  }

  #answerHello(): void {
    if (this.#settled) return
    this.#send(this.#noise.write((hashBefore) => this.#prove(hashBefore)))
  }

  /** Message 2 read, message 3 sent, initiator: this end names itself only to the hotkey it dialled. */
  #readProof(frame: Uint8Array): void {
    const { payload, hashBefore } = this.#noise.read(frame)
    const context = { role: 'responder', hashBefore, dialled: this.#dialled } as const
    // The key is compared first: it is cheap, and a wrong one needs no signature check.
    const claimed = payload.subarray(1, 33)
    const proven = isSameKey(claimed, this.#dialled) ? checkIdentity(payload, context) : undefined
    if (proven === undefined) {
      this.#refuse('wrongIdentity', closeCodes.wrongIdentity)
      return
    }
    this.#send(this.#noise.write((hash) => this.#prove(hash)))
    this.#finish(proven.publicKey)
  }

  /** Message 3 read, responder: who calls. */
  #readCaller(frame: Uint8Array): void {
    const { payload, hashBefore } = this.#noise.read(frame)
    const proven = checkIdentity(payload, { role: 'initiator', hashBefore, dialled: this.#dialled })
    if (proven === undefined) this.#refuse('wrongIdentity', closeCodes.wrongIdentity)
    else this.#finish(proven.publicKey)
  }

  #send(frame: Uint8Array): void {
    this.#meter.sent += frame.length
    this.#channel.send(frame)
  }

  #prove(hashBefore: Uint8Array): Uint8Array {
    return proveIdentity(this.#options.signer, { role: this.#role, hashBefore, dialled: this.#dialled })
  }

  #finish(peerKey: Uint8Array): void {
    const session = new SecureSession({
      channel: this.#channel,
      peer: asHotkey(addressOf(peerKey)),
      keys: this.#noise.split(),
      lifetime: this.#options.keyLifetime,
      maxFrameBytes: this.#options.maxFrameBytes,
      meter: this.#meter,
    })
    this.#session = session
    // At once: what follows the handshake may already be in the same packet.
    this.#channel.trust()
    this.#settle(() => this.#resolve(session))
  }

  #onClose(code: number): void {
    if (this.#session === undefined) this.#refuse('closedByPeer', code)
    else this.#session.channelClosed(code)
  }

  #onAbort(): void {
    this.#channel.close(closeCodes.normal)
    const cause = this.#options.signal?.reason
    this.#settle(() => this.#reject(new AbortedError({ what: 'The handshake', cause })))
  }

  #refuse(reason: SessionRefusal, closeCode: number, cause?: unknown): void {
    if (this.#settled) return
    this.#channel.close(closeCode)
    const { remote } = this.#channel
    const dialled = this.#dialledHotkey
    this.#settle(() => this.#reject(new SessionRefusedError({ reason, remote, closeCode, dialled, cause })))
  }

  #settle(how: () => void): void {
    if (this.#settled) return
    this.#settled = true
    this.#timer?.cancel()
    this.#unlisten?.()
    how()
  }
}
