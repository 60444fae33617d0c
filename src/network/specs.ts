import type { Artefact } from '../artefact/index.js'
import type { Preset } from '../chain/index.js'
import type { Clock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { KeyScheme } from '../crypto/index.js'
import type { Logger } from '../log/index.js'
import type { RoundRecord, SubnetMechanism } from '../mechanism/index.js'
import type {
  AnswerTask,
  MinerEvent,
  MinerHooks,
  MinerSettings,
  ValidatorEvent,
  ValidatorOptions,
} from '../neuron/index.js'
import type { Synapse } from '../synapse/index.js'
import type { Carrier } from '../transport/index.js'
import type { BlockNumber, Hotkey, Rao } from '../units/index.js'
import type { FurtherMechanism } from './furtherMechanism.js'
import type { AnswerCost } from './heldMiner.js'

/** What a miner knows about itself before it starts. */
export interface MinerSelf {
  readonly name: string
  readonly hotkey: Hotkey
  readonly clock: Clock
  /** Ends the miner without a word, as a crash would. */
  readonly die: () => void
  /** Commits to other artefacts, in place of those before, once the miner runs; for a miner with `artefacts`. Gives the block of the commitment. */
  readonly commitArtefacts: (artefacts: readonly Artefact[]) => Promise<BlockNumber>
}

/**
 * A miner of a network: `answer` for plain work, or `prepare` for work that must be set up first; neither of the two, but `answers` or `artefacts` only, for one that does not
 * answer the mechanism's synapse, or where the mechanism has none of its own.
 */
export interface MinerSpec<Task, Answer>
  extends Pick<
    MinerSettings,
    keyof MinerHooks | 'minCallerStakeAlpha' | 'axon' | 'answers' | 'artefactsAfterBlock'
  > {
  readonly name: string
  /** Whose it is: miners of one owner have one coldkey, those of `'owner'` that of the subnet's. Default: its own. */
  readonly owner?: string
  readonly answer?: AnswerTask<Task, Answer>
  /** Bytes that it commits to and hands out, or what makes them before it starts; one of each kind. */
  readonly artefacts?:
    | readonly Artefact[]
    | ((self: MinerSelf) => readonly Artefact[] | Promise<readonly Artefact[]>)
  /** Makes the work, for example by loading a model. */
  readonly prepare?: (self: MinerSelf) => AnswerTask<Task, Answer> | Promise<AnswerTask<Task, Answer>>
  /** Another door than the mechanism's own synapse, for a miner that breaks its schema. */
  readonly synapse?: Synapse<Task, Answer>
  /**
   * Virtual milliseconds that each answer takes, always or by its task. Default 0: how long `answer` really takes never counts on
   * virtual time, so that a seed gives the same result on any machine.
   */
  readonly answerCostMs?: AnswerCost<Task>
  /** The miner dies right after this epoch of the subnet. */
  readonly diesAfterEpoch?: number
}

/** A validator of a network. */
export interface ValidatorSpec<State extends CanonicalValue>
  extends Pick<
    ValidatorOptions<unknown, unknown, State>,
    | 'sampleSize'
    | 'roundBlocks'
    | 'weightsLeadBlocks'
    | 'commitForm'
    | 'weights'
    | 'store'
    | 'customers'
    | 'artefacts'
  > {
  readonly name: string
  /** TAO that it stakes on the subnet, which buys alpha at the price of the moment. Default 2,000. */
  readonly stakeRao?: Rao
}

/** An event of one neuron, with its name. */
export type NetworkEvent = {
  readonly neuron: string
  /** The mechanism that a validator tells of, where it is not the first. */
  readonly mechanismId?: number
} & (MinerEvent | ValidatorEvent)

/** Whole milliseconds one way, from the least to the most, each as likely as the others. */
export interface LatencyRange {
  readonly leastMs: number
  readonly mostMs: number
}

/** How a network is put together. */
export interface LocalNetworkOptions<Task, Answer, State extends CanonicalValue> {
  readonly mechanism: SubnetMechanism<Task, Answer, State>
  /** Mechanisms of the subnet besides, numbered from 1, each made by `furtherMechanism`. Every validator runs them too; none by default. */
  readonly furtherMechanisms?: readonly FurtherMechanism[]
  readonly miners: readonly MinerSpec<Task, Answer>[]
  /** How many, or which. */
  readonly validators: number | readonly ValidatorSpec<State>[]
  /** Everything random comes from it: keys, and through the first block's hash the tasks. Default "subnetkit". */
  readonly seed?: string
  /**
   * `virtual` (default): time moves only inside calls of the network and jumps from event to event, so a run takes
   * no longer than its work and always ends the same. `real`: the machine's clock.
   *
   * Asynchronous work in `answer`, `score` and `createTask` takes no virtual time: it stands still until the work is done, or waits
   * for that time itself (its clock or a call; listening for its signal is none). Work that races something real against the clock holds the
   * real part by itself, with `clock.hold`.
   */
  readonly time?: 'virtual' | 'real'
  /**
   * Real milliseconds that virtual time stands still for one piece of work before that ends with `HeldTooLongError`, as an answer
   * that failed or a round that did. Default 30,000.
   */
  readonly heldWorkLimitMs?: number
  /** Default: `localnetPreset` with as many validator permits as validators, and as many mechanisms. Its endowed accounts keep their money. */
  readonly preset?: Preset
  /**
   * How weights are locked to a time on its chain. `'plain'` (default): committed as they are, so validators hide them by hashes of their own unless told
   * otherwise. `'beacon'`: encrypted to the rounds of a beacon made anew with each network, whose results no seed repeats.
   */
  readonly timelock?: 'beacon' | 'plain'
  /** Default: memory in virtual time, WebSocket over loopback in real time. */
  readonly carrier?: Carrier
  /**
   * Virtual time alone: milliseconds that a frame is under way, the same for all, or drawn for each neuron from the seed. A call takes it there and back, and the first one
   * to a neuron what connecting takes besides. Default 0.
   */
  readonly latencyMs?: number | LatencyRange
  /** Default: ed25519 in virtual time, for speed; sr25519, as on the reference chain, in real time. */
  readonly scheme?: KeyScheme
  /** Where faults are said, each once for the whole network and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what the neurons do. */
  readonly onEvent?: (event: NetworkEvent) => void
  /** Folder in which validators keep the records of their rounds: for each a folder of its name with files `BLOCK-INDEX.round`, the newest gigabyte of them. Default: none is kept. */
  readonly roundsFolder?: string
  /** Is given the record of each round of each validator, and its name. */
  readonly onRound?: (record: RoundRecord, neuron: string) => void | Promise<void>
}
