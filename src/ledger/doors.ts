import {
  bytes as bytesOf,
  custom,
  flag,
  func,
  having,
  listOf,
  nullable,
  optional,
  shape,
  wholeNumber,
} from '../checks/index.js'
import type { EpochFunction } from '../consensus/index.js'
import type { EmissionPolicy } from '../emission/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import type { BlockHeader } from './block/header.js'
import { MAX_BLOCK_CALLS } from './blockLimits.js'
import type { CallName } from './calls/callTable.js'
import { chainIdCheck } from './config.js'
import { isOpenedCall, type OpenedCall } from './openCall.js'
import type { RuleSet } from './rules/ruleSets.js'
import { blockHash } from './signedCall.js'
import { address } from './state/columns.js'
import type { Store } from './state/Store.js'
import {
  MAX_ROUND,
  type PulseInput,
  type TimelockPort,
  type TimelockText,
} from './timelocks/timelockInput.js'
import type { BlockUpdate, Refusal } from './types.js'

/** What the ledger is given instead of knowing it. */
export interface LedgerOptions {
  /**
   * Computes an epoch: `epochFunction()` of `subnetkit/engine`, or the slow reference `runEpoch` of `subnetkit/consensus`, which gives
   * the same numbers. Every node of a chain must give them. The arrays that it is given and those of its answer are the state's own: a function
   * that writes into either, or answers with the same arrays twice, breaks the chain.
   */
  readonly runEpoch: EpochFunction
  /** The rules of a chain whose genesis names others than `spec425`. */
  readonly rules?: RuleSet
  /** How a block's emission is shared, whatever the rules say: for experiments. */
  readonly policy?: EmissionPolicy
  /**
   * Whether a chain that was left under a policy of another name goes on under this one, so that two policies can be compared from one block on. By
   * default it is refused: the function is in no snapshot and no store, but its name is.
   */
  readonly policyMayDiffer?: boolean
  /**
   * Where the state is kept beyond the process; nowhere by default. Given what a block changed when it is committed; for a new chain it
   * must be empty.
   */
  readonly store?: Store
  /**
   * Verifies pulses and opens time locks: `{ verifyPulse, decryptTimelock }` of `subnetkit/timelock`. A chain needs it whose genesis names a
   * beacon.
   */
  readonly timelock?: TimelockPort
}

/** What a ledger is given that goes on with what a store holds. */
export interface ResumeOptions extends LedgerOptions {
  readonly store: Store
}

/** What a block is made of besides its calls. */
export interface BlockInput {
  /** Who makes the block; nobody by default. Part of its header. */
  readonly author?: Address
  /** Hash of the block that it follows, for those who make blocks of what others say; it must be the head's. */
  readonly parentHash?: string
  /**
   * Takes the place of the parent's hash where a block draws coldkeys whose root dividends it claims, as hex, 32 bytes; for chains that take calls
   * of test origin. The header does not name it: what it changes is in the state.
   */
  readonly claimSeed?: string
  /**
   * What the beacon has published: rounds that the chain does not know yet, and those of time locks that the block opens. Each once, and at
   * most 1,000 besides those of the texts.
   */
  readonly pulses?: readonly PulseInput[]
  /** What the time locks hold that the block opens, for a chain with a beacon: the query `timelocksDue` names them. */
  readonly texts?: readonly TimelockText[]
  /**
   * Whether pulses and texts were verified before: for a block that was committed once, and for one whose maker opened them itself. Others are
   * verified, which takes about 16 ms per pulse and 12 ms per text.
   */
  readonly timelocksVerified?: boolean
}

/** Where the ledger stands. */
export interface LedgerInfo {
  readonly chainId: string
  /** Hash of block 0: what signed calls name as their chain. */
  readonly genesisHash: string
  readonly head: BlockHeader
}

/** A call as doors take it: signed bytes, or what `Ledger.open` made of them. */
export type SignedCall = Uint8Array | OpenedCall

/** What a door thinks of one signed call. */
export type CheckResult =
  | {
      readonly accepted: true
      readonly signer: Address
      readonly nonce: number
      readonly expiryBlock: BlockNumber
      readonly callName: CallName
      readonly callHash: string
    }
  | { readonly accepted: false; readonly refusal: Refusal }

/** A block with everything that happened in it. */
export interface FinalizedBlock extends BlockUpdate {
  /** Calls that could not take part (malformed, stale, expired...), by their position in the input. */
  readonly dropped: readonly { readonly position: number; readonly refusal: Refusal }[]
}

export interface ProposalLimits {
  /** A batch counts as many as it has entries. */
  readonly maxCalls?: number
  readonly maxBytes?: number
}

/** What a block holds at most when not told otherwise. */
export const BLOCK_LIMITS = {
  maxCalls: MAX_BLOCK_CALLS,
  maxBytes: 4_000_000,
} as const satisfies ProposalLimits

export const limitsShape = shape<ProposalLimits>({
  maxCalls: optional(wholeNumber()),
  maxBytes: optional(wholeNumber()),
})
export const bytesCheck = bytesOf()
export const accountIdCheck = custom(
  'Pass an account from accountOf: 64 lower-case hex digits.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)
const isSignedCall = (call: unknown): boolean => call instanceof Uint8Array || isOpenedCall(call)
export const callCheck = custom(
  'Pass bytes from signCall, or what Ledger.open or Ledger.testCall made.',
  isSignedCall,
)
export const callsCheck = listOf(callCheck)

const store = having('a store', ['get', 'range', 'write'])
const epochFunction = custom(
  'Pass an epoch function, such as epochFunction() of subnetkit/engine.',
  (value) => typeof value === 'function',
)
export const ruleSetCheck = shape<RuleSet>({
  name: chainIdCheck,
  policy: optional(func),
  consensus: optional(func),
})

const pulseInputShape = shape<PulseInput>({
  round: wholeNumber({ min: 1, max: MAX_ROUND }),
  signature: optional(bytesOf(48)),
})
const timelockTextShape = shape<TimelockText>({
  round: wholeNumber({ min: 1 }),
  commitHash: blockHash,
  text: nullable(bytesOf()),
})

const options = {
  timelock: optional(
    having('verifyPulse and decryptTimelock of subnetkit/timelock', ['verifyPulse', 'decryptTimelock']),
  ),
  runEpoch: epochFunction,
  rules: optional(ruleSetCheck),
  policy: optional(having('an emission policy', ['split'])),
  policyMayDiffer: optional(flag),
}

export const ledgerOptionsShape = shape<LedgerOptions>({ ...options, store: optional(store) })
export const resumeOptionsShape = shape<ResumeOptions>({ ...options, store })

export const blockInputShape = shape<BlockInput>({
  author: optional(address.check),
  parentHash: optional(blockHash),
  claimSeed: optional(blockHash),
  pulses: optional(listOf(pulseInputShape)),
  texts: optional(listOf(timelockTextShape)),
  timelocksVerified: optional(flag),
})
