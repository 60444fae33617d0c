import { startDeadline } from '../../clock/index.js'
import type { Signer } from '../../crypto/index.js'
import { AbortedError } from '../../errors/index.js'
import { type HttpProtocol, httpClient } from '../../http/index.js'
import { defineSynapse } from '../../synapse/index.js'
import {
  connectSession,
  generateNoiseKeyPair,
  SessionRefusedError,
  UnreachableError,
  webSocketCarrier,
} from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'
import { type Finding, fine, problem } from './findings.js'
import { isProven } from './identity.js'
import { anything, callerOf, type Patient, stranger } from './patient.js'
import type { RawLook } from './rawLook.js'
import { unsignedLook } from './unsignedLook.js'

/** Frames of a handshake are below 512 bytes. */
const MAX_HANDSHAKE_BYTES = 4_096

const HTTP_PROTOCOLS: readonly HttpProtocol[] = ['btauth/1', 'bt_header', 'epistula/2']

const ASK_AS_KNOWN =
  'A caller of btauth/1 is known by its hotkey: pass --key of one that is, or name this one in expectedScheme of httpServer.'

type SessionLook = 'session' | 'webSocket' | 'timeout' | 'none'

/** Which protocols an axon speaks, or what else answers there. Over HTTP it is asked for a hotkey, and only where that is known. */
export async function protocols(
  patient: Omit<Patient, 'hotkey'>,
  { look, hotkey, signer }: ProtocolsOptions,
): Promise<{ readonly finding: Finding; readonly hasSessions: boolean }> {
  const session = await sessionLook(patient)
  const hasSessions = session === 'session'
  const isHttp = look.kind === 'http' && hotkey !== undefined
  const http = isHttp ? await httpLook({ ...patient, hotkey }, signer) : undefined
  return { finding: findingOf(session, look, http), hasSessions }
}

interface ProtocolsOptions {
  readonly look: RawLook
  readonly hotkey: Hotkey | undefined
  /** Who calls. */
  readonly signer: Signer
}

function findingOf(session: SessionLook, look: RawLook, http: HttpLook | undefined): Finding {
  const facts = { session: session === 'session', http, plain: look.kind, httpStatus: look.httpStatus }
  const spoken = HTTP_PROTOCOLS.filter((name) => http?.[name] === 'spoken')
  const refused = HTTP_PROTOCOLS.filter((name) => http?.[name] === 'refused')
  const overHttp = spoken.length === 0 ? '' : `over HTTP ${spoken.join(', ')}`
  const others =
    spoken.length === 0 || refused.length === 0
      ? ''
      : ` What signs by ${refused.join(' or ')} is turned away: that is not spoken, or not with this caller.${refused.includes('btauth/1') ? ` ${ASK_AS_KNOWN}` : ''}`
  if (session === 'session') {
    const also = http === undefined ? ' What it speaks over HTTP is seen with --hotkey.' : others
    const says = `It speaks the secure session over WebSocket${overHttp === '' ? '' : `, and ${overHttp}`}.${also}`
    return fine('protocols', says, facts)
  }
  if (overHttp === '' && refused.length > 0) {
    const says = `It has no sessions, and over HTTP it asks for a signature of a caller that it knows: this one it does not.`
    const remedy = `${ASK_AS_KNOWN} What it may speak: ${refused.join(', ')}.`
    return problem('protocols', 'warning', { says, remedy, facts })
  }
  if (overHttp !== '') return fine('protocols', `It has no sessions; it speaks ${overHttp}.${others}`, facts)
  const remedy =
    'Name the address on which the axon listens; where it is right, see whether both ends run versions of the same protocol.'
  return problem('protocols', 'failed', { says: whatElse(session, look), remedy, facts })
}

/** Nobody handles it; its form is one that every protocol can say. */
const unknown = /* @__PURE__ */ defineSynapse({
  name: 'SubnetkitDoctor',
  request: anything,
  answer: anything,
})

/** By protocol: `spoken`; `refused`, which is also what an axon says that does not speak it; or `none`. */
type HttpLook = Readonly<Record<HttpProtocol, 'spoken' | 'refused' | 'none'>>

/** Calls what nobody answers, once in each protocol: who says that it is unknown, or forbidden, has read the signature. */
async function httpLook(patient: Patient, signer: Signer): Promise<HttpLook> {
  const unsigned = await unsignedLook(patient, `/${unknown.name}`)
  const ask = async (protocol: HttpProtocol): Promise<HttpLook[HttpProtocol]> => {
    // Servers of the older protocol say that a name is unknown before they look at a signature, to whatever protocol.
    if (unsigned === 'other' || (unsigned === 'legacyAxon' && protocol !== 'bt_header')) return 'none'
    const dendrite = callerOf(patient, { signer, transport: httpClient({ protocol }) })
    try {
      const { address, timeoutMs, signal } = patient
      const { status } = await dendrite.call(
        unknown,
        { ...address, hotkey: patient.hotkey },
        {},
        { timeoutMs, signal },
      )
      if (isProven(status)) return 'spoken'
      return status === 'unauthenticated' ? 'refused' : 'none'
    } finally {
      await dendrite.close()
    }
  }
  return {
    'btauth/1': await ask('btauth/1'),
    bt_header: await ask('bt_header'),
    'epistula/2': await ask('epistula/2'),
  }
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
