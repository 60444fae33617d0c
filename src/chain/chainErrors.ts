import { BaseError } from '../errors/index.js'
import type { PoolRefusalName, Refusal, RefusalOf } from '../ledger/index.js'
import type { BlockNumber, Netuid } from '../units/index.js'

/**
 * Why a call cannot enter a block: `error` says what `data` holds. Compare it, and the data has its type.
 */
export type Rejection = Refusal | RefusalOf<PoolRefusalName>

/**
 * A call cannot enter a block at all, so there is no receipt: `WrongChain`, `AncientBirthBlock`, `ExpiryTooFar`, `StaleNonce`,
 * `Expired`, `BadSignature`, `MalformedCall` or `MempoolFull`. Nothing was changed. With `OutcomeUnknown` it is so old that nobody
 * remembers whether it was in a block.
 */
export class CallRejectedError extends BaseError {
  override readonly name = 'CallRejectedError'
  /** The reason. */
  readonly code: Rejection['error']
  /** The reason with the values that decided. */
  readonly rejection: Rejection

  constructor(rejection: Rejection) {
    super(`The call was rejected (${rejection.error}): ${rejection.detail}`, {
      hints: [rejection.remedy],
      docsPath: 'errors#call-rejected',
    })
    this.code = rejection.error
    this.rejection = rejection
  }
}

/** No subnet has this number. */
export class SubnetNotExistsError extends BaseError {
  override readonly name = 'SubnetNotExistsError'
  readonly code = 'SubnetNotExists'
  readonly netuid: Netuid

  constructor(details: { netuid: Netuid; mechanism?: number }) {
    const { netuid, mechanism = 0 } = details
    super(`Subnet ${netuid} does not exist${mechanism === 0 ? '' : `, or has no mechanism ${mechanism}`}.`, {
      hints: ["Register one first, or see which exist: chain.query('totals', {})."],
      docsPath: 'errors#subnet-not-exists',
    })
    this.netuid = details.netuid
  }
}

/** The chain no longer keeps a block that was asked for, or that a reader was too slow to take. */
export class BlocksGoneError extends BaseError {
  override readonly name = 'BlocksGoneError'
  readonly code = 'BlocksGone'
  readonly wantedBlock: BlockNumber
  /** Oldest block that is still kept. */
  readonly oldestBlock: BlockNumber

  constructor(details: { wantedBlock: BlockNumber; oldestBlock: BlockNumber }) {
    super(`Block ${details.wantedBlock} is not kept any more; the oldest is ${details.oldestBlock}.`, {
      hints: ['Read the state at the head, then follow from the next block.'],
      docsPath: 'errors#blocks-gone',
    })
    this.wantedBlock = details.wantedBlock
    this.oldestBlock = details.oldestBlock
  }
}

/** A block is longer than what a chain node sends in one message: who follows over a socket goes on after it. */
export class BlockTooLargeError extends BaseError {
  override readonly name = 'BlockTooLargeError'
  readonly code = 'BlockTooLarge'
  readonly block: BlockNumber
  readonly bytes: number
  readonly mostBytes: number

  constructor(details: { block: BlockNumber; bytes: number; mostBytes: number }) {
    const { block, bytes, mostBytes } = details
    super(`Block ${block} has ${bytes} bytes; a chain node sends at most ${mostBytes} of one.`, {
      hints: [`Read the state at the head, then follow from block ${block + 1}.`],
      docsPath: 'errors#block-too-large',
    })
    this.block = block
    this.bytes = bytes
    this.mostBytes = mostBytes
  }
}

/** The chain was closed here, before or during the request. */
export class ChainClosedError extends BaseError {
  override readonly name = 'ChainClosedError'
  readonly code = 'ChainClosed'

  constructor() {
    super('The chain is closed.', {
      hints: ['Finish what waits for the chain before chain.close().'],
      docsPath: 'errors#chain-closed',
    })
  }
}

/** Why there is no connection to a chain node. */
export type ConnectionFault =
  /** Nobody accepts connections there. */
  | 'unreachable'
  /** It broke; what was asked before may or may not have happened. */
  | 'lost'
  /** The other end says nothing, or does not speak this protocol. */
  | 'notAChainNode'
  /** A chain node of another version of the protocol. */
  | 'otherVersion'
  /** Another chain answers than before. */
  | 'otherChain'

/** There is no connection to the chain node. Signed bytes that were under way may or may not have reached it. */
export class ChainConnectionError extends BaseError {
  override readonly name = 'ChainConnectionError'
  readonly code = 'ChainConnection'
  readonly fault: ConnectionFault
  /** `host:port` of the node. */
  readonly node: string

  constructor(details: { fault: ConnectionFault; node: string; cause?: unknown }) {
    super(`${CONNECTION_SENTENCES[details.fault]} (chain node ${details.node}).`, {
      hints: [CONNECTION_REMEDIES[details.fault]],
      docsPath: 'errors#chain-connection',
      cause: details.cause,
    })
    this.fault = details.fault
    this.node = details.node
  }
}

const CONNECTION_SENTENCES: Readonly<Record<ConnectionFault, string>> = {
  unreachable: 'The chain node cannot be reached',
  lost: 'The connection was lost',
  notAChainNode: 'No chain node answers there',
  otherVersion: 'A chain node of another version answers there',
  otherChain: 'Another chain answers than before',
}

const CONNECTION_REMEDIES: Readonly<Record<ConnectionFault, string>> = {
  unreachable: 'Check that the node runs, and its address.',
  lost: 'Ask again; the same signed bytes may be submitted again, they are executed once.',
  notAChainNode: 'Check the address: another program serves there.',
  otherVersion: 'Run node and client with the same version of subnetkit.',
  otherChain:
    'Connect anew: nothing of the old chain holds there, no account, no registration and no signed call.',
}

/** A chain node refused a request for a reason of its own; `code` is the name it gave. */
export class ChainRequestError extends BaseError {
  override readonly name = 'ChainRequestError'
  /** `TooManyRequests`, `TooManySubscriptions`, `TooLarge` or `Internal`. */
  readonly code: string

  constructor(details: { code: string }) {
    super(`The chain node refused the request: ${details.code}.`, {
      hints: [
        details.code === 'TooLarge'
          ? 'Ask for less: the answer is longer than what a node sends; pages take a limit.'
          : 'Wait for answers before asking more; see the log of the node for Internal.',
      ],
      docsPath: 'errors#chain-request',
    })
    this.code = details.code
  }
}
