import { type KeyPair, keyPairFromUri } from '../../src/crypto/index.js'
import {
  acceptSession,
  type Channel,
  type ChannelHandlers,
  connectSession,
  generateNoiseKeyPair,
  type SecureSession,
} from '../../src/transport/index.js'

export const server = keyPairFromUri('//Alice', { scheme: 'ed25519' })
export const caller = keyPairFromUri('//Bob', { scheme: 'ed25519' })

/** Kept for all: its key has nothing to do with what is tried. */
const staticKey = generateNoiseKeyPair()

/** One end of a channel that a test holds the other end of: what is sent is kept, what arrives is told at once. */
export class HeldChannel implements Channel {
  readonly remote = 'held'
  readonly bufferedBytes = 0
  readonly sent: Uint8Array[] = []
  closedWith: number | undefined
  isTrusted = false
  #handlers: ChannelHandlers | undefined

  receive(handlers: ChannelHandlers): void {
    this.#handlers = handlers
  }

  send(frame: Uint8Array): void {
    if (this.closedWith === undefined) this.sent.push(Uint8Array.from(frame))
  }

  close(code: number): void {
    if (this.closedWith !== undefined) return
    this.closedWith = code
    queueMicrotask(() => this.#handlers?.onClose(code))
  }

  /** The other end has closed. */
  hangUp(code: number): void {
    if (this.closedWith !== undefined) return
    this.closedWith = code
    this.#handlers?.onClose(code)
  }

  trust(): void {
    this.isTrusted = true
  }

  /** As carriers do it: nothing is delivered once the owner has closed. */
  deliver(frame: Uint8Array): void {
    if (this.closedWith === undefined) this.#handlers?.onFrame(Uint8Array.from(frame))
  }
}

/** One end of a handshake that is under way. */
export interface Handshake {
  readonly channel: HeldChannel
  /** Settles when the handshake has. */
  readonly session: Promise<SecureSession>
}

export function dialling(signer: KeyPair = caller, hotkey = server.hotkey): Handshake {
  const channel = new HeldChannel()
  const session = connectSession(channel, { signer, staticKey, hotkey })
  session.catch(() => {})
  return { channel, session }
}

export function accepting(signer: KeyPair = server): Handshake {
  const channel = new HeldChannel()
  const session = acceptSession(channel, { signer, staticKey })
  session.catch(() => {})
  return { channel, session }
}

/** Turns of the event loop after which an end that says nothing is taken at that: signatures may be made beside it. */
const PATIENCE_TURNS = 20_000

/** The message that an end sends as its own `count`-th, however long it takes over it; `undefined` when it closes instead. */
export async function sentBy({ channel }: Handshake, count: number): Promise<Uint8Array | undefined> {
  for (let turns = PATIENCE_TURNS; channel.sent.length < count && channel.closedWith === undefined; turns--) {
    if (turns === 0) throw new TypeError(`nothing was sent as message ${count}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return channel.sent[count - 1]
}

/** Messages of a handshake, by the order in which they are said. */
export type MessageNumber = 1 | 2 | 3

/** What a man in the middle does to a message. */
export type Change = (message: Uint8Array, number: MessageNumber) => Uint8Array

/** Carries a handshake from one end to the other, until it is over or an end has closed. */
export async function carry(
  near: Handshake,
  far: Handshake,
  change: Change = (message) => message,
): Promise<void> {
  const steps = [
    [1, near, 1, far],
    [2, far, 1, near],
    [3, near, 2, far],
  ] as const
  for (const [number, from, count, to] of steps) {
    const message = await sentBy(from, count)
    if (message === undefined) break
    to.channel.deliver(change(message, number))
  }
  await Promise.race([near.session, far.session].map((session) => session.then(NOTHING, NOTHING)))
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    const code = one.channel.closedWith
    if (code !== undefined) other.channel.hangUp(code)
  }
}

const NOTHING = (): void => {}

/** Two sessions over channels that the test holds. */
export async function sessionPair(): Promise<{
  readonly near: { readonly channel: HeldChannel; readonly session: SecureSession }
  readonly far: { readonly channel: HeldChannel; readonly session: SecureSession }
}> {
  const [near, far] = [dialling(), accepting()]
  await carry(near, far)
  const [a, b] = await Promise.all([near.session, far.session])
  near.channel.sent.length = 0
  far.channel.sent.length = 0
  return { near: { channel: near.channel, session: a }, far: { channel: far.channel, session: b } }
}

/** What an end says of itself in the end: `open`, or the reason for which it refused. */
export async function endOf({ session }: Handshake): Promise<string> {
  try {
    await session
    return 'open'
  } catch (error) {
    const { reason, name } = error as { reason?: string; name?: string }
    return `${name} ${reason}`
  }
}
