import { SeededRandom } from 'subnetkit/math'
import { type FeatureFunction, persistenceForecast, recentFeatures, richFeatures } from '../features.js'
import { askableDays, FIRST_LIVE_YEAR, LEAD_DAYS, questionAt, truthAt } from '../questions.js'
import type { WeatherDay } from '../weather.js'
import { type DenseNet, forward, toFloat32, trainHiddenLayer } from './denseNet.js'
import { trainRidge } from './ridge.js'

/** A model of the example: the file it lies in, and what it reads of a question. */
export interface TrainedModel {
  readonly name: 'good' | 'weaker'
  readonly features: FeatureFunction
  /** Weights already rounded to the f32 of the file. */
  readonly net: DenseNet
}

const SEED = 'seattle'

/** Trains both models on the years before the live ones; the same days give the same weights. Takes about a second. */
export function trainModels(days: readonly WeatherDay[]): TrainedModel[] {
  const indices = askableDays(days, 0, FIRST_LIVE_YEAR)
  return [
    { name: 'good', features: richFeatures, net: toFloat32(goodNet(days, indices)) },
    { name: 'weaker', features: recentFeatures, net: toFloat32(weakerNet(days, indices)) },
  ]
}

/** Half a ridge regression, half a small network, both on everything the question holds. */
function goodNet(days: readonly WeatherDay[], indices: readonly number[]): DenseNet {
  const features = indices.map((index) => richFeatures(questionAt(days, index)))
  const ridge = trainRidge({ features, targets: indices.map((index) => truthAt(days, index)) }, 30)
  const net = trainHiddenLayer(
    { features, targets: indices.map((index) => changes(days, index)) },
    { units: 16, passes: 20, random: new SeededRandom(`${SEED}/good`) },
  )
  // The network forecasts the change from today, so today's highest temperature comes in directly.
  const today = net.inputs - 8
  const direct = ridge.weights.map(
    (weight, at) => (weight + (Math.floor(at / LEAD_DAYS) === today ? 1 : 0)) / 2,
  )
  return {
    ...net,
    direct,
    output: net.output.map((weight) => weight / 2),
    bias: net.bias.map((value, k) => (value + ridge.bias[k]!) / 2),
  }
}

/** A smaller network that sees five temperatures and knows no season. */
function weakerNet(days: readonly WeatherDay[], indices: readonly number[]): DenseNet {
  const net = trainHiddenLayer(
    {
      features: indices.map((index) => recentFeatures(questionAt(days, index))),
      targets: indices.map((index) => changes(days, index)),
    },
    { units: 8, passes: 20, random: new SeededRandom(`${SEED}/weaker`) },
  )
  const today = net.inputs - 1
  const direct = net.direct.map((_, at) => (Math.floor(at / LEAD_DAYS) === today ? 1 : 0))
  return { ...net, direct }
}

function changes(days: readonly WeatherDay[], index: number): number[] {
  return truthAt(days, index).map((highestC) => highestC - days[index]!.highestC)
}

/** Mean absolute error in °C over all live days and leads of the models, of persistence and of guessing. */
export function liveErrors(
  days: readonly WeatherDay[],
  models: readonly TrainedModel[],
): Record<string, number> {
  const indices = askableDays(days, FIRST_LIVE_YEAR, Number.POSITIVE_INFINITY)
  const random = new SeededRandom(`${SEED}/guess`)
  const errorOf = (forecast: (index: number) => readonly number[]): number => {
    let sum = 0
    for (const index of indices) {
      const predicted = forecast(index)
      truthAt(days, index).forEach((truth, k) => {
        sum += Math.abs(predicted[k]! - truth)
      })
    }
    return sum / (indices.length * LEAD_DAYS)
  }
  return {
    ...Object.fromEntries(
      models.map(({ name, features, net }) => [
        name,
        errorOf((index) => forward(net, features(questionAt(days, index)))),
      ]),
    ),
    persistence: errorOf((index) => persistenceForecast(questionAt(days, index))),
    random: errorOf(() => guess(random)),
  }
}

/** Four temperatures out of thin air: anything between -5 and 35 °C. */
export function guess(random: SeededRandom): number[] {
  return Array.from({ length: LEAD_DAYS }, () => Math.round(400 * random.float() - 50) / 10)
}
