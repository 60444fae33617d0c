import type { AxonOptions, CallerInfo } from '../axon/index.js'
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
} from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { Logger } from '../log/index.js'
import type { AxonInfo, Metagraph } from '../metagraph/index.js'
import type { Synapse } from '../synapse/index.js'
import type { Carrier } from '../transport/index.js'
import type { Alpha, Hotkey, Netuid, Rao } from '../units/index.js'
import type { AnswerTask } from './answerTask.js'
import { anyChain } from './anyChain.js'
import { FurtherAnswer } from './furtherAnswer.js'
import type { MinerEvent } from './minerEvents.js'

/** How a miner works; only the first five must be given. */
export interface MinerOptions<Task, Answer> {
  readonly chain: Chain
  /** The miner's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  /** The subnet's mechanism; only its synapse is used. */
  readonly mechanism: { readonly synapse: Synapse<Task, Answer> }
  readonly answer: AnswerTask<Task, Answer>
  /** What it answers under further mechanisms of the subnet, each made by `furtherAnswer`; nothing by default. */
  readonly furtherAnswers?: readonly FurtherAnswer[]
  /** Limits, host and port of the axon. Default: 127.0.0.1, any free port. */
  readonly axon?: Omit<AxonOptions, 'signer' | 'carrier' | 'clock' | 'blacklist'>
  /** Default: WebSocket. */
  readonly carrier?: Carrier
  /** Address to put on chain when it is not the one listened on. */
  readonly announce?: AxonInfo
  /** Turns a caller away when it returns true. Default: everyone but validators; see `minCallerStakeAlpha`. */
  readonly blacklist?: (caller: Hotkey, metagraph: Metagraph, call: CallerInfo) => boolean | Promise<boolean>
  /** Stake from which a caller without a validator permit is served, alpha of the subnet. Default 1,000. */
  readonly minCallerStakeAlpha?: Alpha
  readonly clock?: Clock
  /** Where faults are said, each once and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what happens. */
  readonly onEvent?: (event: MinerEvent) => void
}

/** What joining a subnet takes besides. */
export interface MinerJoinOptions<Task, Answer> extends MinerOptions<Task, Answer> {
  /** Owns the hotkey, and pays when it is not registered yet. Another one than the owner is refused. */
  readonly coldkey: Signer
  /** Highest registration price accepted. Default: any. */
  readonly limitRao?: Rao
}

const minerKeys = {
  chain: anyChain,
  signer: signerCheck,
  netuid: u16(),
  // The synapse is looked at part by part, and limits by the axon.
  mechanism: having('a mechanism', []),
  answer: func,
  furtherAnswers: optional(listOf(instance(FurtherAnswer))),
  axon: optional(
    shape<NonNullable<MinerOptions<unknown, unknown>['axon']>>({
      transports: optional(listOf(having('a transport', ['listen']), { min: 1 })),
      host: optional(text({ min: 1 })),
      port: optional(u16()),
      allowedOrigins: optional(listOf(text({ min: 1 }))),
      limits: optional(plainObject),
      logger: optional(loggerCheck),
      verify: optional(func),
      priority: optional(func),
    }),
  ),
  carrier: optional(having('a carrier', ['listen', 'dial'])),
  announce: optional(shape<AxonInfo>({ host: text({ min: 1 }), port: u16({ min: 1 }) })),
  blacklist: optional(func),
  minCallerStakeAlpha: optional(alpha()),
  clock: optional(clockCheck),
  logger: optional(loggerCheck),
  onEvent: optional(func),
}

/** What the options must be; the mechanism's synapse is looked at by `assertSynapseOf`. */
export const minerOptions = shape<MinerOptions<unknown, unknown>>(minerKeys)

export const minerJoinOptions = shape<MinerJoinOptions<unknown, unknown>>({
  ...minerKeys,
  coldkey: signerCheck,
  limitRao: optional(rao()),
})
