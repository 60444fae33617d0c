import type { Clock } from 'subnetkit/clock'
import { SeededRandom } from 'subnetkit/math'
import type { AnswerContext, AnswerTask } from 'subnetkit/neuron'
import type { Synapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { recentFeatures, richFeatures } from './features.js'
import { copierMiner, hang, lyingMiner, lyingSynapse } from './miners/cheats.js'
import { modelMiner } from './miners/model.js'
import { guessingMiner, persistenceMiner, recentMeanMiner, returningMiner } from './miners/simple.js'
import type { ForecastAnswer, ForecastTask } from './questions.js'
import { forecastSynapse } from './synapse.js'

/** What a miner of the cast is made from. */
export interface MinerSetting {
  readonly seed: string
  /** Epochs of the whole run: two of the cast fail half-way. */
  readonly epochs: number
  readonly clock: Clock
  /** Hotkey of the miner itself. */
  readonly hotkey: Hotkey
  /** Ends the miner for good, as a crash would. */
  readonly die: () => void
}

/** A miner of the example: who it is, and how it works. */
export interface CastMember {
  readonly name: string
  /** What it does, one clause for tables and reports. */
  readonly does: string
  readonly synapse: Synapse<ForecastTask, ForecastAnswer>
  /** Serves anyone who asks, not only validators. */
  readonly servesAll: boolean
  start(setting: MinerSetting): Promise<AnswerTask<ForecastTask, ForecastAnswer>>
}

type Start = CastMember['start']

/** The miners, in the order in which they register. */
export const CAST: readonly CastMember[] = [
  // It forgets to turn strangers away, and so feeds the copier.
  honest('good', 'ridge regression and a small network on all it is shown', model('good', richFeatures), {
    servesAll: true,
  }),
  honest('weaker', 'a smaller network that sees five temperatures', model('weaker', recentFeatures)),
  honest('persistence', 'says every day will be as warm as today', async () => persistenceMiner),
  honest('random', 'guesses any temperature', async ({ seed }) =>
    guessingMiner(new SeededRandom(`${seed}/random`)),
  ),
  honest(
    'copier',
    'hands on the best earner’s answers, late',
    async ({ hotkey }) =>
      (task, context) =>
        copierMiner(task, context, hotkey),
  ),
  { ...honest('liar', 'sends answers of the wrong form', async () => lyingMiner()), synapse: lyingSynapse },
  honest('dies', 'forecasts the mean of five days until its process ends half-way', async ({ die, epochs }) =>
    untilHalfWay(epochs, recentMeanMiner, (context) => {
      die()
      return hang(context)
    }),
  ),
  honest(
    'stalls',
    'leans towards the mean of ten days until it stops answering half-way',
    async ({ epochs }) => untilHalfWay(epochs, returningMiner, hang),
  ),
]

function honest(name: string, does: string, start: Start, extra: { servesAll?: boolean } = {}): CastMember {
  return { name, does, synapse: forecastSynapse, servesAll: extra.servesAll ?? false, start }
}

function model(name: string, features: typeof richFeatures): Start {
  return ({ clock }) => modelMiner({ model: name, features, clock })
}

type Work = AnswerTask<ForecastTask, ForecastAnswer>

/** Works until half of the epochs are over, and then does the other thing. */
function untilHalfWay(
  epochs: number,
  work: (task: ForecastTask) => ForecastAnswer,
  then: (context: AnswerContext<ForecastTask, ForecastAnswer>) => Promise<never>,
): Work {
  return async (task, context) => {
    const { epochIndex } = (await context.metagraph()).columns
    return epochIndex >= Math.floor(epochs / 2) ? then(context) : work(task)
  }
}
