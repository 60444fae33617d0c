import {
  IncentiveMechanism,
  type ScoreRound,
  sharpen,
  type TaskSeed,
  type WeightView,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import type { RoundReport } from './observations.js'
import {
  askableDays,
  FIRST_LIVE_YEAR,
  type ForecastAnswer,
  type ForecastTask,
  questionAt,
  truthAt,
} from './questions.js'
import { judgeReplies } from './scoring.js'
import { forecastSynapse } from './synapse.js'
import type { WeatherDay } from './weather.js'

/** Questions in one task. */
export const BATCH_SIZE = 32

/** Weights are the fifth power of the mean score: a score 5% higher is 28% more pay. */
const SHARPNESS = 5

/**
 * The forecasting subnet: what is asked, and what an answer is worth.
 *
 * A task is a batch of days drawn from the live years by the block hash; scoring is `judgeReplies`, against what
 * the weather then did. The past stands in for the future here: a miner that kept the record of those years
 * could look the answers up. A real forecasting subnet asks about tomorrow and scores four days later.
 */
export class ForecastMechanism extends IncentiveMechanism<ForecastTask, ForecastAnswer> {
  readonly synapse = forecastSynapse
  override readonly answerTimeoutMs: number = 1000
  /** The second failure in a row ends the pay until the next answer; one hiccup only costs part of the standing. */
  override readonly failuresTolerated: number = 1
  /** About the last twenty rounds count: a bad start is forgotten, and a miner that gets worse is found out. */
  override readonly averageOver: number = 20
  readonly #days: readonly WeatherDay[]
  readonly #askable: readonly number[]
  readonly #onJudged: ((report: RoundReport) => void) | undefined

  /**
   * @param options.onJudged - is told what became of every reply; it changes nothing.
   */
  constructor(days: readonly WeatherDay[], options: { onJudged?: (report: RoundReport) => void } = {}) {
    super()
    this.#onJudged = options.onJudged
    this.#days = days
    this.#askable = askableDays(days, FIRST_LIVE_YEAR, Number.POSITIVE_INFINITY)
  }

  initialState(): null {
    return null
  }

  createTask(seed: TaskSeed): ForecastTask {
    return { questions: this.questionDays(seed).map((index) => questionAt(this.#days, index)) }
  }

  score(round: ScoreRound<ForecastTask, ForecastAnswer, null>): { scores: Map<Hotkey, number>; state: null } {
    const days = this.questionDays(round.seed)
    const truths = days.map((index) => truthAt(this.#days, index))
    const replies = round.responses.map(({ hotkey, uid, status, elapsedMs, answer }) => ({
      hotkey,
      uid,
      status,
      elapsedMs,
      highestC: answer?.highestC,
    }))
    const judgements = judgeReplies(truths, replies)
    this.#onJudged?.({
      days,
      observations: Array.from(judgements, ([hotkey, judgement]) => ({ hotkey, ...judgement })),
    })
    return { scores: new Map(Array.from(judgements, ([hotkey, { score }]) => [hotkey, score])), state: null }
  }

  override weights(view: WeightView<null>): ReadonlyMap<Hotkey, number> {
    return sharpen(super.weights(view), SHARPNESS)
  }

  /** The days a task asks about, as positions in the weather record; all different. */
  questionDays(seed: TaskSeed): number[] {
    return seed.random.fork('days').shuffled(this.#askable).slice(0, BATCH_SIZE)
  }
}
