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

/** The mean of the last so many days, four times. */
export function recentMeanMiner(dayCount: number): Work {
  return forEachQuestion(({ window }) => {
    const recent = window.slice(WINDOW_DAYS - dayCount)
    const mean = recent.reduce((sum, [highestC]) => sum + highestC, 0) / recent.length
    return new Array<number>(LEAD_DAYS).fill(mean)
  })
}

/** Any temperature at all. */
export function guessingMiner(random: SeededRandom): Work {
  return forEachQuestion(() => guess(random))
}

function forEachQuestion(forecast: (question: Question) => number[]): Work {
  return ({ questions }) => ({ highestC: questions.map(forecast) })
}
