import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import {
  blake2b256,
  bytesOfHex,
  hexOf,
  type KeyScheme,
  type Signer,
  verifySignature,
} from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { BlockNumber } from '../units/index.js'
import { refuse } from './BlockContext.js'
import { CALL_TABLE } from './calls/callTable.js'
import type { CallDefinition, ReadyCall } from './calls/defineCall.js'
import { accountOfKey } from './state/LedgerState.js'
import type { AccountId } from './state/records.js'
import type { CallArgs, CallName, Refusal } from './types.js'

/** Signed before every payload, so that a signature for a call is one for nothing else. */
const DOMAIN_TAG = new TextEncoder().encode('subnetkit/call/1\0')

/** Longest signed call; 65,536 weights with their uids fit. */
export const MAX_CALL_BYTES = 300_000

/** A call before it is signed. */
export interface UnsignedCall<N extends CallName = CallName> {
  /** Hex of the hash of block 0: the call is good on this chain and on no other, whatever its name. */
  readonly genesisHash: string
  /**
   * Hex of the hash of a recent block, such as the head: the call is good on this history and on no other. One of the
   * last `callWindowBlocks`.
   */
  readonly recentBlockHash: string
  /** The signer's next nonce. */
  readonly nonce: number
  /** Last block that may hold the call: after the recent block, by at most `callWindowBlocks`. */
  readonly expiryBlock: BlockNumber
  readonly name: N
  readonly args: CallArgs[N]
}

/** A signed call, verified and read. */
export interface OpenedCall {
  readonly signer: AccountId
  readonly nonce: number
  readonly expiryBlock: BlockNumber
  readonly genesisHash: string
  readonly recentBlockHash: string
  readonly name: CallName
  /**
   * Hex of the hash of public key and payload: what receipts and blocks know the call by. Two signers may sign
   * the same payload; the signature is not in it.
   */
  readonly callHash: string
  readonly run: ReadyCall
}

/**
 * Writes a call's payload: the bytes that are signed, after a domain tag.
 *
 * @throws InvalidArgumentError when an argument cannot be what its type says.
 */
export function encodeCall<N extends CallName>(call: UnsignedCall<N>): Uint8Array {
  const definition = CALL_TABLE[call.name] as CallDefinition<N>
  const args = definition.encodeArgs(call.args)
  if (definition.read(args) === undefined) {
    throw new InvalidArgumentError({
      field: `${call.name} arguments`,
      value: call.args,
      remedy: 'Pass whole numbers in range, amounts as bigint and addresses from parseAddress.',
    })
  }
  const { genesisHash, recentBlockHash, nonce, expiryBlock, name } = call
  return encodeCanonical([
    hashBytes('genesisHash', genesisHash),
    hashBytes('recentBlockHash', recentBlockHash),
    nonce,
    expiryBlock,
    name,
    args,
  ])
}

/**
 * Signs a call: the bytes every door of the ledger takes.
 *
 * @param entropy - 32 bytes for a randomised signature; without, it is derived from key and payload.
 *
 * @example
 * ```ts
 * import { LocalChain } from 'subnetkit/chain'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { signCall } from 'subnetkit/ledger'
 *
 * const chain = await LocalChain.start()
 * const alice = keyPairFromUri('//Alice')
 * const bob = keyPairFromUri('//Bob')
 * const head = await chain.head()
 * signCall(alice, {
 *   genesisHash: chain.genesisHash,
 *   recentBlockHash: head.hash,
 *   nonce: await chain.nextNonce(alice.address),
 *   expiryBlock: head.number + 64,
 *   name: 'transfer',
 *   args: { to: bob.address, amountRao: 1_000_000_000n },
 * })
 * ```
 */
export function signCall<N extends CallName>(
  signer: Signer,
  call: UnsignedCall<N>,
  entropy?: Uint8Array,
): Uint8Array {
  const payload = encodeCall(call)
  const signature = signer.sign(signedMessage(payload), entropy)
  return encodeCanonical([signer.scheme, signer.publicKey, payload, signature])
}

/**
 * Opens a signed call: reads the envelope, verifies the signature over the payload's bytes as they came, and
 * only then reads the payload.
 *
 * @param isVerified - whether somebody trusted has verified the signature already.
 * @returns the call, or `MalformedCall` or `BadSignature`. Never throws.
 */
export function openCall(
  bytes: Uint8Array,
  isVerified: (bytes: Uint8Array) => boolean,
): OpenedCall | Refusal {
  const envelope = bytes.length > MAX_CALL_BYTES ? undefined : readEnvelope(bytes)
  if (envelope === undefined) return refuse('MalformedCall', 'The bytes are no signed call.')
  const { scheme, publicKey, payload, signature } = envelope
  if (
    !isVerified(bytes) &&
    !verifySignature({ scheme, publicKey, message: signedMessage(payload), signature })
  ) {
    return refuse('BadSignature', 'The signature does not belong to this key and payload.')
  }
  return readPayload(publicKey, payload) ?? refuse('MalformedCall', 'The payload is no call of this chain.')
}

/** Whether opening a call failed. */
export function isRefusal(opened: OpenedCall | Refusal): opened is Refusal {
  return 'error' in opened
}

interface Envelope {
  readonly scheme: KeyScheme
  readonly publicKey: Uint8Array
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

function readEnvelope(bytes: Uint8Array): Envelope | undefined {
  const parts = decodeList(bytes, 4)
  if (parts === undefined) return undefined
  const [scheme, publicKey, payload, signature] = parts
  if (scheme !== 'sr25519' && scheme !== 'ed25519') return undefined
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== 32) return undefined
  if (!(payload instanceof Uint8Array)) return undefined
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return undefined
  return { scheme, publicKey, payload, signature }
}

function readPayload(publicKey: Uint8Array, payload: Uint8Array): OpenedCall | undefined {
  const parts = decodeList(payload, 6)
  if (parts === undefined) return undefined
  const [genesisHash, recentBlockHash, nonce, expiryBlock, name, args] = parts
  if (!isHash(genesisHash) || !isHash(recentBlockHash) || !isCount(nonce) || !isCount(expiryBlock)) {
    return undefined
  }
  if (typeof name !== 'string' || !Object.hasOwn(CALL_TABLE, name)) return undefined
  const run = (CALL_TABLE[name as CallName] as CallDefinition).read(args!)
  if (run === undefined) return undefined
  return {
    signer: accountOfKey(publicKey),
    nonce,
    expiryBlock,
    genesisHash: hexOf(genesisHash),
    recentBlockHash: hexOf(recentBlockHash),
    name: name as CallName,
    callHash: hexOf(blake2b256(concatenated(publicKey, payload))),
    run,
  }
}

function decodeList(bytes: Uint8Array, length: number): readonly CanonicalValue[] | undefined {
  try {
    const value = decodeCanonical(bytes)
    return Array.isArray(value) && value.length === length ? value : undefined
  } catch {
    // Bytes of strangers: whatever the decoder says, they are malformed.
    return undefined
  }
}

const HASH_BYTES = 32

function isHash(value: CanonicalValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES
}

function hashBytes(field: string, hex: string): Uint8Array {
  if (typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex)) return bytesOfHex(hex)
  throw new InvalidArgumentError({
    field,
    value: hex,
    remedy: 'Pass the hash of a block: 64 lower-case hex digits, such as (await chain.head()).hash.',
  })
}

function isCount(value: CanonicalValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function signedMessage(payload: Uint8Array): Uint8Array {
  return concatenated(DOMAIN_TAG, payload)
}

function concatenated(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}
