import { type ArtefactCacheOptions, artefactCacheShape } from '../artefact/index.js'
import type { Chain } from '../chain/index.js'
import {
  clock as clockCheck,
  func,
  having,
  logger as loggerCheck,
  oneOf,
  optional,
  shape,
  signer as signerCheck,
  u16,
  wholeNumber,
} from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { Signer } from '../crypto/index.js'
import type { Dendrite } from '../dendrite/index.js'
import type { Logger } from '../log/index.js'
import type { RoundRecord, SubnetMechanism, WeightPolicy } from '../mechanism/index.js'
import type { Carrier } from '../transport/index.js'
import type { Netuid } from '../units/index.js'
import { anyChain } from './anyChain.js'
import { type CustomersOptions, customersShape } from './customers/customersOptions.js'
import type { ValidatorStore } from './ValidatorStore.js'
import type { CommitForm, ValidatorEvent } from './validatorEvents.js'
import type { RoundStore } from './waiting/RoundStore.js'

/** How a validator works; only the first four must be given. */
export interface ValidatorOptions<Task, Answer, State extends CanonicalValue> {
  readonly chain: Chain
  /** The validator's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  readonly mechanism: SubnetMechanism<Task, Answer, State>
  /**
   * Which of the subnet's mechanisms this is; 0, the first, by default. For each one a validator of its own, with a store of its own, runs for the
   * same hotkey.
   */
  readonly mechanismId?: number
  /** Client for the queries; it is not closed by the validator. Default: one of its own over `carrier`. */
  readonly dendrite?: Dendrite
  /** Default: WebSocket. */
  readonly carrier?: Carrier
  /** Lets customers ask what the mechanism `sells` through this validator. Default: nobody may. */
  readonly customers?: CustomersOptions
  /** Where its memory outlives it. Default: nowhere; a new validator starts afresh. */
  readonly store?: ValidatorStore
  /**
   * Where rounds that wait outlive it, for a mechanism whose `waits` is true: `fileRoundStore(folder)`. Default: nowhere; a new validator does not go on with them.
   */
  readonly roundStore?: RoundStore
  readonly clock?: Clock
  /** Most miners asked per round. Default 64; 0 asks nobody, for a validator whose `weights` needs no scores. */
  readonly sampleSize?: number
  /** Asks of one task under way at once; the others wait, and their time begins when they are sent. Default 64. */
  readonly concurrency?: number
  /** A round starts with every block whose number this divides. Default 1. */
  readonly roundBlocks?: number
  /** Weights are set within this many blocks before the epoch. Default 3. */
  readonly weightsLeadBlocks?: number
  /** Version key sent with weights. Default: what the subnet asks for. */
  readonly weightsVersionKey?: number
  /**
   * How weights are hidden where the subnet asks for it. `timelock`: the chain opens them by itself; `hash`: the validator reveals them, and keeps in its
   * store what that takes. By default a time lock where the chain has a beacon and the weights fit into one, a hash otherwise.
   */
  readonly commitForm?: CommitForm
  /**
   * Where the salts of commits come from: so many bytes that nobody can guess. Default: the system's secure generator. For runs that must come out the
   * same each time.
   */
  readonly randomBytes?: (length: number) => Uint8Array
  /** How many bytes of artefacts of miners are kept, and where. Default: 512 MiB in memory, 32 MiB of one hotkey. */
  readonly artefacts?: ArtefactCacheOptions
  /** Replaces the mechanism's own policy. */
  readonly weights?: WeightPolicy<State>
  /** Standing of a hotkey that left the subnet is dropped after this many blocks. Default: 20 tempos. */
  readonly forgetAfterBlocks?: number
  /** Where faults are said, each once and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what happens. */
  readonly onEvent?: (event: ValidatorEvent) => void
  /**
   * Is given the record of each task of a round that counted, once it is booked, to be kept and replayed: `roundFolder` keeps files. Without it nothing is
   * recorded. What it throws, or its promise rejects with, is told as `roundNotRecorded` and harms no round.
   */
  readonly onRound?: (record: RoundRecord) => void | Promise<void>
}

/** What the options must be; the mechanism is looked at part by part by `assertMechanism`. */
export const validatorOptions = shape<ValidatorOptions<unknown, unknown, CanonicalValue>>({
  chain: anyChain,
  signer: signerCheck,
  netuid: u16(),
  mechanism: having('a mechanism', []),
  mechanismId: optional(u16()),
  dendrite: optional(having('a Dendrite', ['call', 'stream', 'close'])),
  carrier: optional(having('a carrier', ['listen', 'dial'])),
  customers: optional(customersShape),
  store: optional(having('a store', ['load', 'save'])),
  roundStore: optional(having('a round store', ['put', 'get', 'delete', 'list'])),
  clock: optional(clockCheck),
  sampleSize: optional(wholeNumber()),
  concurrency: optional(wholeNumber({ min: 1 })),
  roundBlocks: optional(wholeNumber({ min: 1 })),
  weightsLeadBlocks: optional(wholeNumber({ min: 1 })),
  weightsVersionKey: optional(wholeNumber()),
  commitForm: optional(oneOf(['hash', 'timelock'])),
  randomBytes: optional(func),
  artefacts: optional(artefactCacheShape),
  weights: optional(func),
  forgetAfterBlocks: optional(wholeNumber()),
  logger: optional(loggerCheck),
  onEvent: optional(func),
  onRound: optional(func),
})
