import {
  check,
  clock as clockCheck,
  custom,
  func,
  having,
  isBytes,
  logger as loggerCheck,
  optional,
  plainObject,
  shape,
  text,
} from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import { type CallOptions, checkCallOptions, type Dendrite } from '../dendrite/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import { defaultRouterLimits, type RouterLimits, routerLimitsShape } from './limits.js'
import type { RouterStore } from './RouterStore.js'
import { type CandidateInfo, type CandidateSource, checkCandidates } from './readCandidates.js'
import type { CandidateWorth } from './weigh.js'

/** How a router is started. */
export interface RouterOptions {
  /** What it calls with; the caller's own, and closed by the caller. A `limits.dialMs` of a second or two leaves time for others. */
  readonly dendrite: Pick<Dendrite, 'call' | 'stream' | 'hotkey'>
  /**
   * Who may be asked: targets by hand, a metagraph, or a function that gives the latest metagraph, which is called again while calls come,
   * every `limits.refreshMs` at most. Of a metagraph, those that serve are taken, but for the dendrite's own hotkey.
   */
  readonly candidates: CandidateSource
  /** Which of them may be asked; default all. */
  readonly filter?: (miner: CandidateInfo) => boolean
  /** What each of them costs, above 0, in any unit; default 1. */
  readonly price?: (miner: CandidateInfo) => number
  /** The chance of each to be chosen, in proportion to the others; default `defaultWeight`. Must be quick. */
  readonly weigh?: (worth: CandidateWorth) => number
  /** Share of the calls whose first miner is chosen for being unknown or due for a try, from 0 to 1; default 0.05. */
  readonly exploreShare?: number
  /** Hedges for each call at most, from 0 to 1; default 0.05. */
  readonly hedgeShare?: number
  /** Where its choices come from: the same seed gives the same ones. Default: random. */
  readonly seed?: Uint8Array | string
  /** Where it keeps what it knows of miners between runs; default nowhere. */
  readonly store?: RouterStore
  readonly limits?: Partial<RouterLimits>
  /** Default the system clock; the dendrite's. */
  readonly clock?: Clock
  /** Default: warnings and errors to standard error. */
  readonly logger?: Logger
}

/** How one call through a router is made. */
export interface RoutedCallOptions extends CallOptions {
  /** Calls of one session go to one miner while that is up; 1 to 256 characters. */
  readonly session?: string
}

const share = optional(
  custom('Pass a number from 0 to 1.', (value) => typeof value === 'number' && value >= 0 && value <= 1),
)
const anyFunction = optional(func)
const optionsShape = shape<RouterOptions>({
  dendrite: having('a Dendrite', ['call', 'stream']),
  candidates: custom(
    'Pass a Metagraph, a list of targets, or a function that gives the latest Metagraph.',
    (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  ),
  filter: anyFunction,
  price: anyFunction,
  weigh: anyFunction,
  exploreShare: share,
  hedgeShare: share,
  seed: optional(
    custom('Pass text or a Uint8Array.', (value) => typeof value === 'string' || isBytes(value)),
  ),
  store: optional(having('a store such as fileRouterStore(path)', ['load', 'save'])),
  limits: optional(routerLimitsShape),
  clock: optional(clockCheck),
  logger: optional(loggerCheck),
})

const ownShape = shape<Pick<RoutedCallOptions, 'session'>>({ session: optional(text({ min: 1, max: 256 })) })

/**
 * Holds the options of a router to what they must be.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 */
export function checkRouterOptions(options: RouterOptions): void {
  check('options', optionsShape, options)
  checkCandidates('candidates', options.candidates)
  const limits = { ...defaultRouterLimits, ...options.limits }
  if (limits.maxRemembered >= limits.maxCandidates) return
  throw new InvalidArgumentError({
    field: 'limits.maxRemembered',
    value: limits.maxRemembered,
    remedy: `Pass at least limits.maxCandidates, ${limits.maxCandidates}.`,
  })
}

/** @throws InvalidArgumentError */
export function checkRoutedOptions(options: RoutedCallOptions): void {
  check('options', plainObject, options)
  const { session, ...others } = options
  if (session !== undefined) check('options', ownShape, { session })
  checkCallOptions(others)
}
