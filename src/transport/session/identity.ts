import { type Signer, verifySignature } from '../../crypto/index.js'
import type { NoiseRole } from '../noise/NoiseHandshake.js'

/** Version of everything said in a session. Another version is refused, never guessed at. */
export const SESSION_VERSION = 1

/** Bytes of an identity proof: scheme, public key, signature. */
export const PROOF_BYTES = 1 + 32 + 64

const DOMAIN = new TextEncoder().encode(`subnetkit/session/identity/${SESSION_VERSION}\0`)
const schemeBytes = { sr25519: 0, ed25519: 1 } as const
const roleBytes = { initiator: 1, responder: 2 } as const

/** Who a peer proved to be. */
export interface ProvenIdentity {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** What a proof is bound to. */
export interface ProofContext {
  readonly role: NoiseRole
  /** The handshake's hash over everything before the proof: no other handshake has it. */
  readonly hashBefore: Uint8Array
  /** Public key of the hotkey that was dialled. */
  readonly dialled: Uint8Array
}

/** Proof that this handshake, in this role, is held by the signer's key. */
export function proveIdentity(signer: Signer, context: ProofContext): Uint8Array {
  const proof = new Uint8Array(PROOF_BYTES)
  proof[0] = schemeBytes[signer.scheme]
  proof.set(signer.publicKey, 1)
  proof.set(signer.sign(messageOf(context)), 33)
  return proof
}

/** The identity that a proof shows, undefined when it shows none. PERF: one signature check, about 1 ms for sr25519. */
export function checkIdentity(proof: Uint8Array, context: ProofContext): ProvenIdentity | undefined {
  if (proof.length !== PROOF_BYTES || proof[0]! > 1) return undefined
  const publicKey = Uint8Array.from(proof.subarray(1, 33))
  const isProven = verifySignature({
    scheme: proof[0] === schemeBytes.sr25519 ? 'sr25519' : 'ed25519',
    publicKey,
    message: messageOf(context),
    signature: Uint8Array.from(proof.subarray(33)),
  })
  return isProven ? { publicKey } : undefined
}

/** True when two public keys are the same. Public values: no need to hide the time it takes. */
export function isSameKey(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

function messageOf(context: ProofContext): Uint8Array {
  const { hashBefore, dialled } = context
  const message = new Uint8Array(DOMAIN.length + 1 + hashBefore.length + dialled.length)
  message.set(DOMAIN)
  message[DOMAIN.length] = roleBytes[context.role]
  message.set(hashBefore, DOMAIN.length + 1)
  message.set(dialled, DOMAIN.length + 1 + hashBefore.length)
  return message
}
