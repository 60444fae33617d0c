import { startDeadline } from '../../clock/index.js'
import { AbortedError } from '../../errors/index.js'
import {
  connectSession,
  generateNoiseKeyPair,
  SessionRefusedError,
  UnreachableError,
  webSocketCarrier,
} from '../../transport/index.js'
import { type Finding, fine, problem } from './findings.js'
import { type Patient, stranger } from './patient.js'
import type { RawLook } from './rawLook.js'

/** Frames of a handshake are below 512 bytes. */
const MAX_HANDSHAKE_BYTES = 4_096

type SessionLook = 'session' | 'webSocket' | 'timeout' | 'none'

/** Which protocol an axon speaks, or what else answers there. */
export async function protocols(patient: Omit<Patient, 'hotkey'>, look: RawLook): Promise<Finding> {
  const session = await sessionLook(patient)
  const facts = { session: session === 'session', plain: look.kind, httpStatus: look.httpStatus }
  if (session === 'session') {
    return fine('protocols', 'It speaks the secure session over WebSocket.', facts)
  }
  const remedy =
    'Name the address on which the axon listens; where it is right, see whether both ends run versions of the same protocol.'
  return problem('protocols', 'failed', { says: whatElse(session, look), remedy, facts })
}

/**
 * Begins a handshake for a hotkey that nobody has: an axon shows its own, which ends it here, before this end has named itself.
 */
async function sessionLook({
  address,
  clock,
  timeoutMs,
  signal,
}: Omit<Patient, 'hotkey'>): Promise<SessionLook> {
  const deadline = startDeadline(clock, timeoutMs, signal)
  let isWebSocket = false
  try {
    const dial = { maxFrameBytes: MAX_HANDSHAKE_BYTES, timeoutMs, signal: deadline.signal }
    const channel = await webSocketCarrier().dial(address, dial)
    isWebSocket = true
    const session = await connectSession(channel, {
      signer: stranger(),
      staticKey: generateNoiseKeyPair(),
      hotkey: stranger().hotkey,
      clock,
      handshakeMs: timeoutMs,
      signal: deadline.signal,
    })
    session.close(1000)
    return 'webSocket'
  } catch (error) {
    if (error instanceof SessionRefusedError) {
      if (error.reason === 'wrongIdentity') return 'session'
      return error.reason === 'handshakeTimeout' ? 'timeout' : 'webSocket'
    }
    if (error instanceof AbortedError) return deadline.expired ? 'timeout' : 'none'
    if (error instanceof UnreachableError) return isWebSocket ? 'webSocket' : 'none'
    throw error
  } finally {
    deadline.dispose()
  }
}

function whatElse(session: SessionLook, look: RawLook): string {
  if (session === 'webSocket') return 'It speaks WebSocket, but not the secure session of an axon.'
  if (look.kind === 'tls') return 'It speaks TLS, which an axon does not.'
  if (look.kind === 'other')
    return 'It speaks a protocol of its own, neither HTTP nor WebSocket: it is no axon.'
  if (look.kind === 'http' && session === 'none')
    return `It is a web server without WebSocket (it answered ${look.httpStatus}): it is no axon.`
  if (session === 'timeout' || look.kind === 'silent')
    return 'It accepts connections and then says nothing: it is no axon, or one that hangs.'
  return 'It accepts connections and closes them at once: it is no axon, or one that turns this machine away.'
}
