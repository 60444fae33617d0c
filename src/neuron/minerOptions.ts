import type { Artefact } from '../artefact/index.js'
import type { AxonHooks, AxonOptions } from '../axon/index.js'
import type { Chain } from '../chain/index.js'
import {
  alpha,
  clock as clockCheck,
  func,
  having,
  instance,
  listOf,
  logger as loggerCheck,
  optional,
  plainObject,
  rao,
  shape,
  signer as signerCheck,
  text,
  u16,
  wholeNumber,
} from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import { assertSynapseOf } from '../mechanism/index.js'
import type { AxonInfo, Metagraph } from '../metagraph/index.js'
import type { Synapse } from '../synapse/index.js'
import type { Carrier } from '../transport/index.js'
import type { Alpha, BlockNumber, Hotkey, Netuid, Rao } from '../units/index.js'
import type { AnswerTask } from './answerTask.js'
import { minerHooksKeys, SynapseAnswer } from './answerTo.js'
import { anyChain } from './anyChain.js'
import type { MinerEvent } from './minerEvents.js'
import type { MinerHooks } from './minerHooks.js'

/** How a miner works, whatever it answers; only the first three must be given. Its hooks decide about every synapse that has none of that name of its own. */
export interface MinerSettings extends MinerHooks {
  readonly chain: Chain
  /** The miner's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  /** What else it answers, each made by `answerTo`: further mechanisms of the subnet, customers. Nothing by default. */
  readonly answers?: readonly SynapseAnswer[]
  /**
   * Bytes that it commits to at its start, one of each kind, and hands out to whomever it serves (the synapse `artefact`). An empty list for a miner that commits to
   * some later. Default: none.
   */
  readonly artefacts?: readonly Artefact[]
  /** It commits to them with this block at the earliest. Default: at once, and its start waits for it. */
  readonly artefactsAfterBlock?: BlockNumber
  /** Limits, host and port of the axon. Default: 127.0.0.1, any free port. */
  readonly axon?: Omit<AxonOptions, 'signer' | 'carrier' | 'clock' | 'standing' | keyof AxonHooks>
  /** Default: WebSocket. */
  readonly carrier?: Carrier
  /** Address to put on chain when it is not the one listened on. */
  readonly announce?: AxonInfo
  /** Turns a caller away when it returns true. Default: everyone but validators; see `minCallerStakeAlpha`. */
  readonly blacklist?: NonNullable<MinerHooks['blacklist']>
  /** Stake from which a caller without a validator permit is served, alpha of the subnet. Default 1,000. */
  readonly minCallerStakeAlpha?: Alpha
  /**
   * What a caller counts for, by the subnet as the miner last saw it, at once: a number from 0; see `AxonOptions.standing`. Default: its stake, as
   * `standingByStake` has it with `minCallerStakeAlpha`, so that strangers never hold up validators.
   */
  readonly standing?: (caller: Hotkey, metagraph: Metagraph) => number
  readonly clock?: Clock
  /** Where faults are said, each once and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what happens. */
  readonly onEvent?: (event: MinerEvent) => void
}

/** How a miner of a subnet's mechanism works. */
export interface MechanismMinerOptions<Task, Answer> extends MinerSettings {
  /** The subnet's mechanism; only its synapse is used. */
  readonly mechanism: { readonly synapse: Synapse<Task, Answer> }
  readonly answer: AnswerTask<Task, Answer>
}

/** How a miner works that answers synapses or has artefacts, and answers no mechanism, as one that serves customers only. */
export interface SynapseMinerOptions extends MinerSettings {
  readonly mechanism?: never
  readonly answer?: never
}

/** What a miner is made of. */
export type MinerOptions<Task, Answer> = MechanismMinerOptions<Task, Answer> | SynapseMinerOptions

/** What joining a subnet takes besides. */
export type MinerJoinOptions<Task, Answer> = MinerOptions<Task, Answer> & JoinTerms

interface JoinTerms {
  /** Owns the hotkey, and pays when it is not registered yet. Another one than the owner is refused. */
  readonly coldkey: Signer
  /** Highest registration price accepted. Default: any. */
  readonly limitRao?: Rao
}

const minerKeys = {
  chain: anyChain,
  signer: signerCheck,
  netuid: u16(),
  // The synapse is looked at part by part, limits and quotas by the axon.
  mechanism: optional(having('a mechanism', [])),
  answer: optional(func),
  answers: optional(listOf(instance(SynapseAnswer))),
  artefacts: optional(listOf(having('an artefact, { kind, bytes }', []))),
  artefactsAfterBlock: optional(wholeNumber()),
  axon: optional(
    shape<NonNullable<MinerSettings['axon']>>({
      transports: optional(listOf(having('a transport', ['listen']), { min: 1 })),
      host: optional(text({ min: 1 })),
      port: optional(u16()),
      allowedOrigins: optional(listOf(text({ min: 1 }))),
      limits: optional(plainObject),
      quotas: optional(plainObject),
      logger: optional(loggerCheck),
    }),
  ),
  carrier: optional(having('a carrier', ['listen', 'dial'])),
  announce: optional(shape<AxonInfo>({ host: text({ min: 1 }), port: u16({ min: 1 }) })),
  ...minerHooksKeys,
  minCallerStakeAlpha: optional(alpha()),
  standing: optional(func),
  clock: optional(clockCheck),
  logger: optional(loggerCheck),
  onEvent: optional(func),
}

type Keys = MinerSettings & Pick<MinerOptions<unknown, unknown>, 'mechanism' | 'answer'>

/** What the options must be; `assertWork` looks at what they are together. */
export const minerOptions = shape<Keys>(minerKeys)

export const minerJoinOptions = shape<Keys & JoinTerms>({
  ...minerKeys,
  coldkey: signerCheck,
  limitRao: optional(rao()),
})

/**
 * A miner has something to answer, and a mechanism has its answer.
 *
 * @throws InvalidArgumentError naming what is missing, or the part of the synapse that is wrong.
 */
export function assertWork({ mechanism, answer, answers = [], artefacts }: MinerOptions<never, never>): void {
  if (mechanism !== undefined) assertSynapseOf(mechanism)
  if ((mechanism === undefined) !== (answer === undefined)) {
    throw new InvalidArgumentError({
      field: mechanism === undefined ? 'mechanism' : 'answer',
      value: undefined,
      remedy: 'Pass the mechanism and the function that answers its tasks together, or neither of the two.',
    })
  }
  if (mechanism === undefined && answers.length === 0 && artefacts === undefined) {
    throw new InvalidArgumentError({
      field: 'answers',
      value: answers,
      remedy: 'Pass a mechanism with its answer, at least one answerTo(synapse, answer), or artefacts.',
    })
  }
}
