import { LEAD_DAYS, type Question, WINDOW_DAYS } from './questions.js'

/** Turns a question into the numbers a model reads. Miners and training share these functions. */
export type FeatureFunction = (question: Question) => number[]

const DAYS_PER_YEAR = 365.25

/** Everything in the question: ten days of four columns, and the season as two waves. 44 numbers. */
export const richFeatures: FeatureFunction = ({ window, dayOfYear }) => [
  ...window.flatMap(([highestC, lowestC, rainMm, wind]) => [highestC, lowestC, Math.sqrt(rainMm), wind]),
  ...wave(dayOfYear / DAYS_PER_YEAR),
  ...wave((2 * dayOfYear) / DAYS_PER_YEAR),
]

/** The highest temperatures of the last five days and nothing else. 5 numbers. */
export const recentFeatures: FeatureFunction = ({ window }) =>
  window.slice(WINDOW_DAYS - 5).map(([highestC]) => highestC)

/** "As warm as today": the forecast any model has to beat. */
export function persistenceForecast({ window }: Question): number[] {
  const today = window[WINDOW_DAYS - 1]![0]
  return new Array<number>(LEAD_DAYS).fill(today)
}

/**
 * Cosine and sine of a number of turns, from additions and multiplications alone: `Math.cos` may differ in the
 * last bit between machines, and then a retrained model would not be the same file.
 */
function wave(turns: number): [cos: number, sin: number] {
  const quarter = Math.round(4 * turns)
  const x = 2 * Math.PI * (turns - quarter / 4) // within an eighth of a turn
  const x2 = x * x
  const sin = x * (1 - (x2 / 6) * (1 - (x2 / 20) * (1 - (x2 / 42) * (1 - x2 / 72))))
  const cos = 1 - (x2 / 2) * (1 - (x2 / 12) * (1 - (x2 / 30) * (1 - (x2 / 56) * (1 - x2 / 90))))
  const turned: [number, number][] = [
    [cos, sin],
    [-sin, cos],
    [-cos, -sin],
    [sin, -cos],
  ]
  return turned[((quarter % 4) + 4) % 4]!
}
