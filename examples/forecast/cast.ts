import { SeededRandom } from 'subnetkit/math'
import { copyWeights } from 'subnetkit/mechanism'
import type { MinerSelf, MinerSpec, ValidatorSpec } from 'subnetkit/network'
import type { AnswerContext, AnswerTask } from 'subnetkit/neuron'
import { parseTao } from 'subnetkit/units'
import { recentFeatures, richFeatures } from './features.js'
import { copierMiner, hang, lyingMiner, lyingSynapse } from './miners/cheats.js'
import { modelMiner } from './miners/model.js'
import { guessingMiner, persistenceMiner, recentMeanMiner } from './miners/simple.js'
import type { ForecastAnswer, ForecastTask } from './questions.js'

/** One run of the network. */
export interface Run {
  readonly seed: string
  /** Epochs of the whole run: two of the cast fail half-way. */
  readonly epochs: number
}

/** A part in the play: how the network starts it, and what it does in one clause. */
export interface CastMember<Spec> {
  readonly spec: Spec
  readonly does: string
}

type Work = AnswerTask<ForecastTask, ForecastAnswer>
type ForecastMinerSpec = MinerSpec<ForecastTask, ForecastAnswer>

/** The miners, in the order in which they register. */
export function minerCast({ seed, epochs }: Run): CastMember<ForecastMinerSpec>[] {
  return [
    {
      does: 'ridge regression and a small network on all it is shown',
      spec: {
        name: 'good',
        prepare: ({ clock }) => modelMiner({ model: 'good', features: richFeatures, clock }),
        // It serves strangers too, and so feeds the copier.
        blacklist: () => false,
      },
    },
    {
      does: 'a smaller network that sees five temperatures',
      spec: {
        name: 'weaker',
        prepare: ({ clock }) => modelMiner({ model: 'weaker', features: recentFeatures, clock }),
      },
    },
    {
      does: 'says every day will be as warm as today',
      spec: { name: 'persistence', answer: persistenceMiner },
    },
    {
      does: 'guesses any temperature',
      spec: { name: 'random', prepare: () => guessingMiner(new SeededRandom(`${seed}/random`)) },
    },
    {
      does: 'hands on the answers of whoever earns most, late',
      spec: {
        name: 'copier',
        prepare:
          ({ hotkey }) =>
          (task, context) =>
            copierMiner(task, context, hotkey),
      },
    },
    {
      does: 'sends answers of the wrong form',
      spec: { name: 'liar', synapse: lyingSynapse, prepare: () => lyingMiner() },
    },
    {
      does: 'forecasts the mean of five days until its process ends half-way',
      spec: { name: 'dies', prepare: (self) => untilHalfWay(epochs, recentMeanMiner(5), dyingOf(self)) },
    },
    {
      does: 'forecasts the mean of three days until it stops answering half-way',
      spec: { name: 'stalls', prepare: () => untilHalfWay(epochs, recentMeanMiner(3), hang) },
    },
  ]
}

/** The validators: two that work, one round of questions every so many blocks, and one that watches. */
export function validatorCast(roundBlocks = 5): CastMember<ValidatorSpec<null>>[] {
  return [
    { does: 'asks and scores', spec: { name: 'ada', stakeRao: parseTao(2_000), roundBlocks } },
    { does: 'asks and scores', spec: { name: 'bea', stakeRao: parseTao(1_600), roundBlocks } },
    {
      does: 'asks nobody, copies the weights of the others',
      spec: { name: 'mirror', stakeRao: parseTao(1_200), sampleSize: 0, weights: copyWeights },
    },
  ]
}

type Ending = (context: AnswerContext<ForecastTask, ForecastAnswer>) => Promise<never>

const dyingOf =
  ({ die }: MinerSelf): Ending =>
  (context) => {
    die()
    return hang(context)
  }

/**
 * Works for the first half of the run's epochs and then does the other thing. The run is counted as it is shown: its first epoch is
 * the first that pays, however many pass while the network gets going.
 */
function untilHalfWay(epochs: number, work: (task: ForecastTask) => ForecastAnswer, then: Ending): Work {
  let firstPaid: number | undefined
  return async (task, context) => {
    const { epochIndex, incentiveU16 } = (await context.metagraph()).columns
    if (incentiveU16.some((share) => share > 0)) firstPaid ??= epochIndex
    const epochsPaid = firstPaid === undefined ? 0 : epochIndex - firstPaid + 1
    return epochsPaid >= Math.floor(epochs / 2) ? then(context) : work(task)
  }
}
