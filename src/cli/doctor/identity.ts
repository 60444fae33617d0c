import type { Signer } from '../../crypto/index.js'
import { type Finding, fine, problem } from './findings.js'
import { knockOnce, type Patient, stranger } from './patient.js'

/** Whether the hotkey that it is to have is the one it proves. */
export async function identity(patient: Patient): Promise<Finding> {
  const { status, elapsedMs, ...rest } = await knockOnce(patient, { signer: stranger() })
  const facts = { hotkey: patient.hotkey, status, elapsedMs }
  if (isProven(status)) return fine('identity', `It proves the hotkey ${patient.hotkey}.`, facts)
  const reason = 'reason' in rest ? rest.reason : ''
  if (status === 'unauthenticated') {
    const remedy =
      'Check the address and the hotkey: another axon answers there, or this one was started with another key.'
    return problem('identity', 'failed', {
      says: `It does not prove the hotkey ${patient.hotkey}.`,
      remedy,
      facts,
    })
  }
  const remedy =
    'See the log of the axon, and whether it is stopping or has no place for one more connection.'
  return problem('identity', 'failed', { says: `The handshake ended as ${status}: ${reason}`, remedy, facts })
}

/** Whether a status can only come from a peer that proved itself: the others may be said by how a connection ends. */
export function isProven(status: string): boolean {
  return ['ok', 'unknownSynapse', 'forbidden', 'failed'].includes(status)
}

/** Whether a caller that says it is somebody else, with a signature of its own key, is turned away. */
export async function forgery(patient: Patient): Promise<Finding> {
  const [claimed, forger] = [stranger(), stranger()]
  const signer: Signer = {
    address: claimed.address,
    publicKey: claimed.publicKey,
    scheme: claimed.scheme,
    sign: (message) => forger.sign(message),
  }
  const { status } = await knockOnce(patient, { signer })
  const facts = { status }
  if (status === 'unauthenticated')
    return fine('forgery', 'A caller that claims a hotkey without its key is refused.', facts)
  if (isProven(status)) {
    const says = 'A caller that claims a hotkey without its key is let in: anybody can call as anybody.'
    const remedy = 'Take this axon off the network: it is no sound build of subnetkit.'
    return problem('forgery', 'failed', { says, remedy, facts })
  }
  const remedy = 'Try again: the connection was lost before it could be told.'
  return problem('forgery', 'warning', {
    says: `It could not be told: the call ended as ${status}.`,
    remedy,
    facts,
  })
}
