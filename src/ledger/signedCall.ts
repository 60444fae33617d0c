import {
  bytes,
  type Check,
  check,
  custom,
  oneOf,
  optional,
  plainCopy,
  plainObject,
  shape,
  signer as signerCheck,
  wholeNumber,
} from '../checks/index.js'
import { encodeCanonical } from '../codec/index.js'
import { bytesOfHex, type Signer } from '../crypto/index.js'
import type { BlockNumber } from '../units/index.js'
import { CALL_TABLE, type CallArgs, type CallName } from './calls/callTable.js'
import type { CallDefinition } from './calls/defineCall.js'

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
  /**
   * Tells two calls apart that are the same in everything else, such as two programs that pay the same at the same time: the same
   * bytes are executed once. Up to 16 bytes; none by default.
   */
  readonly salt?: Uint8Array
}

/** Longest salt of a call. */
export const MAX_SALT_BYTES = 16

const NO_SALT = new Uint8Array()

const callNameCheck = oneOf(Object.keys(CALL_TABLE))

/** The hash of a block as text. */
export const blockHash: Check = custom(
  'Pass the hash of a block: 64 lower-case hex digits, such as (await chain.head()).hash.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)

const callShape = shape<UnsignedCall>({
  genesisHash: blockHash,
  recentBlockHash: blockHash,
  nonce: wholeNumber(),
  expiryBlock: wholeNumber(),
  name: callNameCheck,
  args: plainObject,
  salt: optional(
    custom(
      `Pass at most ${MAX_SALT_BYTES} bytes.`,
      (value) => value instanceof Uint8Array && value.length <= MAX_SALT_BYTES,
    ),
  ),
})

/**
 * Writes a call's payload: the bytes that are signed, after a domain tag.
 *
 * @throws InvalidArgumentError when an argument cannot be what its type says.
 */
export function encodeCall<N extends CallName>(call: UnsignedCall<N>): Uint8Array {
  const own = plainCopy('call', call)
  check('call', callShape, own)
  const { genesisHash, recentBlockHash, nonce, expiryBlock, name, args, salt = NO_SALT } = own
  checkCopiedArgs(name, args)
  const definition: CallDefinition = CALL_TABLE[name]
  return encodeCanonical([
    bytesOfHex(genesisHash),
    bytesOfHex(recentBlockHash),
    nonce,
    expiryBlock,
    name,
    definition.encodeArgs(args),
    salt,
  ])
}

/**
 * Holds what a call is made with to what it takes, before anything is signed.
 *
 * @throws InvalidArgumentError for a name that is no call's, or naming the argument that is missing, wrong or unknown.
 *
 * @example
 * ```ts
 * import { checkCallArgs } from 'subnetkit/ledger'
 *
 * checkCallArgs('startSubnet', { netuid: 1 })
 * ```
 */
export function checkCallArgs(name: unknown, args: unknown): asserts name is CallName {
  checkCopiedArgs(name, plainCopy('args', args))
}

/** The same of arguments that nobody else holds and that are plain, so that they stay what they were found to be. */
export function checkCopiedArgs(name: unknown, args: unknown): asserts name is CallName {
  check('name', callNameCheck, name)
  check('args', CALL_TABLE[name as CallName].argsShape, args)
}

/**
 * Signs a call: the bytes every door of the ledger takes.
 *
 * @param entropy - 32 bytes for a randomised signature; without, it is derived from key and payload.
 * @throws InvalidArgumentError naming what is missing, wrong or unknown.
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
  check('signer', signerCheck, signer)
  check('entropy', optional(bytes(32)), entropy)
  const payload = encodeCall(call)
  const signature = signer.sign(signedMessage(payload), entropy)
  return encodeCanonical([signer.scheme, signer.publicKey, payload, signature])
}

/** What is signed of a payload. */
export function signedMessage(payload: Uint8Array): Uint8Array {
  return concatenated(DOMAIN_TAG, payload)
}

export function concatenated(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}
