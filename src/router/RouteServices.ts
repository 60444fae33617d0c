import type { Clock } from '../clock/index.js'
import type { Dendrite } from '../dendrite/index.js'
import type { SeededRandom } from '../math/index.js'
import type { CallGate } from './CallGate.js'
import type { CandidateBook } from './CandidateBook.js'
import type { HedgeBudget } from './HedgeBudget.js'
import type { Latencies } from './Latencies.js'
import type { RouterLimits } from './limits.js'
import type { RouterLog } from './RouterLog.js'
import type { TurnQueue } from './TurnQueue.js'

/** What all calls of a router share. */
export interface RouteServices {
  readonly dendrite: Pick<Dendrite, 'call' | 'stream'>
  readonly clock: Clock
  readonly random: SeededRandom
  readonly limits: RouterLimits
  readonly gate: CallGate
  readonly book: CandidateBook
  readonly budget: HedgeBudget
  /** How long answers take, whoever gives them, by synapse. */
  readonly usual: Latencies
  /** Calls that wait until a miner has room for them, or may be tried. */
  readonly room: TurnQueue
  readonly log: RouterLog
}
