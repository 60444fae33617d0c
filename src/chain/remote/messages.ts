import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../codec/index.js'

/** Version of the protocol between a chain node and its clients. */
export const PROTOCOL_VERSION = 5

/** Longest message of a client: a signed call and its envelope. */
export const MAX_REQUEST_BYTES = 512 * 1024

/** Longest message of a node: a metagraph, or a block. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** Longest block in such a message: it leaves room for what stands around it. */
export const MAX_BLOCK_BYTES = MAX_ANSWER_BYTES - 64

/** Bytes of blocks that a client holds for one reader; above, it takes no more before they are read. */
export const MAX_HELD_BYTES = 4 * MAX_ANSWER_BYTES

/** Blocks a node sends ahead of what its client has taken. */
export const BLOCK_WINDOW = 32

/**
 * What a client says. Each message is a canonical array that starts with its kind and an id the client chose;
 * ids are whole numbers that are not in use.
 */
export type ClientMessage =
  | readonly ['head', id: number]
  | readonly ['query', id: number, name: string, args: CanonicalValue]
  | readonly ['nonce', id: number, address: string]
  | readonly ['submit', id: number, signedCall: Uint8Array]
  /** Follow the chain; `fromBlock` -1 is the next one. The node may send `credit` blocks. */
  | readonly ['blocks', id: number, fromBlock: number, credit: number]
  /** The node may send so many blocks more. */
  | readonly ['more', id: number, credit: number]
  /** Forget a request or end a subscription: nothing about it is said any more. */
  | readonly ['cancel', id: number]

/** What never changes about a chain, as its node tells it. */
export interface ChainIntroduction {
  readonly chainId: string
  readonly genesisHash: string
  readonly callWindowBlocks: number
  readonly loopbackAxonsAllowed: boolean
  readonly blockMs: number
}

/** What a node says. */
export type NodeMessage =
  /** First, and once. `chain` is a {@link ChainIntroduction}, `head` a block header. */
  | readonly ['hello', version: number, chain: CanonicalValue, head: CanonicalValue]
  /** The call waits for its block; its answer is still to come. */
  | readonly ['accepted', id: number]
  | readonly ['answer', id: number, value: CanonicalValue]
  | readonly ['failure', id: number, failure: CanonicalValue]
  /** `update` is the canonical encoding of a `BlockUpdate`. */
  | readonly ['block', id: number, update: Uint8Array]
  /** The chain is closed: no more blocks. */
  | readonly ['end', id: number]

type Check = (value: CanonicalValue) => boolean

const isText: Check = (value) => typeof value === 'string'
const isBytes: Check = (value) => value instanceof Uint8Array
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isCredit: Check = (value) =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= 1_000_000
const isFromBlock: Check = (value) => isCount(value) || value === -1
const isAnything: Check = () => true

const CLIENT_SHAPES: Readonly<Record<ClientMessage[0], readonly Check[]>> = {
  head: [isCount],
  query: [isCount, isText, isAnything],
  nonce: [isCount, isText],
  submit: [isCount, isBytes],
  blocks: [isCount, isFromBlock, isCredit],
  more: [isCount, isCredit],
  cancel: [isCount],
}

const NODE_SHAPES: Readonly<Record<NodeMessage[0], readonly Check[]>> = {
  hello: [isCount, isAnything, isAnything],
  accepted: [isCount],
  answer: [isCount, isAnything],
  failure: [isCount, isAnything],
  block: [isCount, isBytes],
  end: [isCount],
}

export function encodeMessage(message: ClientMessage | NodeMessage): Uint8Array {
  return encodeCanonical(message as readonly CanonicalValue[])
}

/** @returns `undefined` for bytes that are no client message. */
export function readClientMessage(bytes: Uint8Array): ClientMessage | undefined {
  return readMessage(bytes, CLIENT_SHAPES) as ClientMessage | undefined
}

/** @returns `undefined` for bytes that are no node message. */
export function readNodeMessage(bytes: Uint8Array): NodeMessage | undefined {
  return readMessage(bytes, NODE_SHAPES) as NodeMessage | undefined
}

function readMessage(
  bytes: Uint8Array,
  shapes: Readonly<Record<string, readonly Check[]>>,
): readonly CanonicalValue[] | undefined {
  const message = decoded(bytes)
  if (!Array.isArray(message) || typeof message[0] !== 'string' || !Object.hasOwn(shapes, message[0]))
    return undefined
  const checks = shapes[message[0]]!
  const fits =
    message.length === checks.length + 1 && checks.every((check, index) => check(message[index + 1]!))
  return fits ? message : undefined
}

function decoded(bytes: Uint8Array): CanonicalValue | undefined {
  try {
    return decodeCanonical(bytes)
  } catch {
    // Bytes of strangers: whatever the decoder says, they are no message.
    return undefined
  }
}
