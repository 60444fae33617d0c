import { closeCodes, type FrameFault, SecureSession } from '../../src/transport/index.js'
import { CipherState } from '../../src/transport/noise/CipherState.js'
import { noiseCiphers } from '../../src/transport/noise/primitives.js'
import { HeldChannel, server } from './sessions.js'

const key = Uint8Array.from({ length: 32 }, (_, at) => at)
const otherKey = Uint8Array.from({ length: 32 }, (_, at) => 255 - at)

/** One end of a session whose handshake is over, with a key that is known: what such ends seal, any of them opens. */
function freshEnd(isSealing: boolean): { readonly session: SecureSession; readonly channel: HeldChannel } {
  const channel = new HeldChannel()
  const cipher = (bytes: Uint8Array): CipherState => new CipherState(noiseCiphers.AESGCM, bytes)
  const keys = isSealing
    ? { send: cipher(key), receive: cipher(otherKey) }
    : { send: cipher(otherKey), receive: cipher(key) }
  const session = new SecureSession({ channel, peer: server.hotkey, keys })
  channel.receive({
    onFrame: (frame) => session.acceptFrame(frame),
    onClose: (code) => session.channelClosed(code),
  })
  return { session, channel }
}

/** The frames in which messages travel that are sent at once, whatever a frame is: those of one turn may share one. */
export async function framesOf(messages: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const { session, channel } = freshEnd(true)
  for (const message of messages) session.send(Uint8Array.from(message))
  await nextTurn()
  return channel.sent
}

/** The frames of messages that are sent a turn apart: one for each. */
export async function framesInTurn(messages: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const { session, channel } = freshEnd(true)
  for (const message of messages) {
    session.send(Uint8Array.from(message))
    await nextTurn()
  }
  return channel.sent
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** What became of frames that were delivered to a fresh end. */
export interface Delivery {
  readonly messages: readonly Uint8Array[]
  readonly faults: readonly FrameFault[]
  readonly closedWith: number | undefined
  readonly isOpen: boolean
}

/** Delivers frames to an end that has opened none yet. */
export function delivered(frames: readonly Uint8Array[]): Delivery {
  const { session, channel } = freshEnd(false)
  const messages: Uint8Array[] = []
  const faults: FrameFault[] = []
  session.receive({
    onMessage: (message) => void messages.push(Uint8Array.from(message)),
    onClose: () => {},
    onFault: (fault) => void faults.push(fault),
  })
  for (const frame of frames) channel.deliver(frame)
  return { messages, faults, closedWith: channel.closedWith, isOpen: session.isOpen }
}

const FAULTS: readonly FrameFault[] = ['replayedFrame', 'reorderedFrame', 'tamperedFrame']

/** What is wrong with how an end met a frame that nobody sealed; `undefined` when it refused it as it must. */
export function whyNotRefused({ messages, faults, closedWith, isOpen }: Delivery): string | undefined {
  if (messages.length > 0) return `it delivered ${messages.length} messages`
  if (faults.length !== 1 || !FAULTS.includes(faults[0]!)) return `it named ${JSON.stringify(faults)}`
  if (closedWith !== closeCodes.badFrame) return `it closed with ${closedWith}`
  return isOpen ? 'the session is open' : undefined
}
