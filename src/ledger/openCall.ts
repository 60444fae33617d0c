import { check, plainCopy, plainObject, shape, text } from '../checks/index.js'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { addressOf, hexOf, type KeyScheme, publicKeyOf, sha256Hex, verifySignature } from '../crypto/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { refuse } from './BlockContext.js'
import { CALL_TABLE, type CallArgs, type CallEvents, type CallName } from './calls/callTable.js'
import type { CallDefinition, ReadyCall } from './calls/defineCall.js'
import type { RefusalName } from './refusals/refuse.js'
import { checkCopiedArgs, concatenated, MAX_CALL_BYTES, MAX_SALT_BYTES, signedMessage } from './signedCall.js'
import { type AccountId, accountOf, accountOfKey, isSystemAccount } from './state/account.js'
import { address } from './state/columns.js'
import type { Refusal } from './types.js'

/**
 * A signed call, verified and read: opened once, it travels through pool, proposal and block. Only a ledger makes them; every
 * door that takes bytes takes them too.
 */
export interface OpenedCall {
  /** Signed, or made by `Ledger.testCall`. */
  readonly origin: 'signed' | 'test'
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
  /** Length of the signed bytes. */
  readonly byteLength: number
  /** As how many calls a block counts it: the entries of a batch, otherwise 1. */
  readonly parts: number
  readonly run: ReadyCall<CallEvents, RefusalName>
}

const testCallShape = shape<TestCall>({
  signer: address.check,
  name: text(),
  args: plainObject,
})

/** Those that were opened here: one made up by a caller would run whatever it says. */
const opened = new WeakSet<OpenedCall>()

/** Whether it came from {@link openCall}. */
export function isOpenedCall(call: unknown): call is OpenedCall {
  return typeof call === 'object' && call !== null && opened.has(call as OpenedCall)
}

/**
 * Opens a signed call: reads the envelope, verifies the signature over the payload's bytes as they came, and
 * only then reads the payload.
 *
 * @param isVerified - the signature is taken as verified. No door of the ledger says so, and this room gives the function to nobody: it is
 *   for benches, which reach into it, since to sign and to check half a million calls takes longer than what they measure.
 * @returns the call, or `MalformedCall` or `BadSignature`. Never throws.
 */
export function openCall(bytes: Uint8Array, isVerified = false): OpenedCall | Refusal {
  const envelope = bytes.length > MAX_CALL_BYTES ? undefined : readEnvelope(bytes)
  if (envelope === undefined) {
    const given = { byteLength: bytes.length, mostBytes: MAX_CALL_BYTES }
    return refuse('MalformedCall', { because: 'noEnvelope', ...given })
  }
  const { scheme, publicKey, payload, signature } = envelope
  if (!isVerified && !verifySignature({ scheme, publicKey, message: signedMessage(payload), signature })) {
    return refuse('BadSignature', { signer: addressOf(publicKey) })
  }
  const call = readPayload(publicKey, payload, bytes.length)
  if (call !== undefined && CALL_TABLE[call.name].isOfTests) {
    return refuse('BadOrigin', { because: 'testCallSigned', callName: call.name })
  }
  if (call === undefined) return refuse('MalformedCall', { because: 'noCall', signer: addressOf(publicKey) })
  opened.add(call)
  // Who could change what was verified could sign for anybody.
  return Object.freeze(call)
}

/** A call as a test makes it: for any account, without its signature. */
export interface TestCall<N extends CallName = CallName> {
  readonly signer: Address
  readonly name: N
  readonly args: CallArgs[N]
}

/** Makes a call of test origin. Its hash, which the block's covers, says so. */
export function openTestCall<N extends CallName>(call: TestCall<N>): OpenedCall {
  const own = plainCopy('call', call)
  check('call', testCallShape, own)
  const { signer, name, args } = own
  if (isSystemAccount(accountOf(signer))) {
    const remedy = 'Nobody can sign for the account of a subnet.'
    throw new InvalidArgumentError({ field: 'call.signer', value: signer, remedy })
  }
  checkCopiedArgs(name, args)
  const definition: CallDefinition = CALL_TABLE[name]
  const encoded = definition.encodeArgs(args)
  const run = CALL_TABLE[name].read(encoded)
  assert(run !== undefined, 'checked arguments can be read')
  const bytes = encodeCanonical(['subnetkit/test-call', publicKeyOf(signer), name, encoded])
  const made: OpenedCall = {
    origin: 'test',
    signer: accountOf(signer),
    nonce: 0,
    expiryBlock: Number.MAX_SAFE_INTEGER,
    genesisHash: '',
    recentBlockHash: '',
    name,
    callHash: sha256Hex(bytes),
    byteLength: bytes.length,
    parts: definition.parts(encoded),
    run,
  }
  opened.add(made)
  return Object.freeze(made)
}

/** Whether opening a call failed. */
export function isRefusal(call: OpenedCall | Refusal): call is Refusal {
  check('call', plainObject, call)
  return 'error' in call
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

function readPayload(publicKey: Uint8Array, payload: Uint8Array, byteLength: number): OpenedCall | undefined {
  const parts = decodeList(payload, 7)
  if (parts === undefined) return undefined
  const [genesisHash, recentBlockHash, nonce, expiryBlock, name, args, salt] = parts
  if (!isHash(genesisHash) || !isHash(recentBlockHash) || !isCount(nonce) || !isCount(expiryBlock)) {
    return undefined
  }
  if (!(salt instanceof Uint8Array) || salt.length > MAX_SALT_BYTES) return undefined
  if (typeof name !== 'string' || !Object.hasOwn(CALL_TABLE, name)) return undefined
  const definition: CallDefinition = CALL_TABLE[name as CallName]
  const run = args === undefined ? undefined : CALL_TABLE[name as CallName].read(args)
  if (run === undefined || args === undefined) return undefined
  return {
    origin: 'signed',
    signer: accountOfKey(publicKey),
    nonce,
    expiryBlock,
    genesisHash: hexOf(genesisHash),
    recentBlockHash: hexOf(recentBlockHash),
    name: name as CallName,
    callHash: sha256Hex(concatenated(publicKey, payload)),
    byteLength,
    parts: definition.parts(args),
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

function isCount(value: CanonicalValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
