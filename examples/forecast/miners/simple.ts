import type { SeededRandom } from 'subnetkit/math'
import { persistenceForecast } from '../features.js'
import {
  type ForecastAnswer,
  type ForecastTask,
  LEAD_DAYS,
  type Question,
  WINDOW_DAYS,
} from '../questions.js'
import { guess } from '../training/models.js'

type Work = (task: ForecastTask) => ForecastAnswer

/** "As warm as today", four times. */
export const persistenceMiner: Work = forEachQuestion(persistenceForecast)

/** The mean of the last five days. */
export const recentMeanMiner: Work = forEachQuestion(({ window }) => {
  const mean = meanHighest(window.slice(WINDOW_DAYS - 5))
  return new Array<number>(LEAD_DAYS).fill(mean)
})

/** From today's temperature towards the mean of the ten days, a step further each day. */
export const returningMiner: Work = forEachQuestion(({ window }) => {
  const today = window[WINDOW_DAYS - 1]![0]
  const mean = meanHighest(window)
  return [0.2, 0.4, 0.5, 0.6].map((share) => today + share * (mean - today))
})

/** Any temperature at all. */
export function guessingMiner(random: SeededRandom): Work {
  return forEachQuestion(() => guess(random))
}

function forEachQuestion(forecast: (question: Question) => number[]): Work {
  return ({ questions }) => ({ highestC: questions.map(forecast) })
}

function meanHighest(window: Question['window']): number {
  return window.reduce((sum, [highestC]) => sum + highestC, 0) / window.length
}
