import type { WeatherDay } from './weather.js'

/** Days of weather a miner is shown, today included. */
export const WINDOW_DAYS = 10
/** Days ahead it has to forecast: tomorrow, and the three days after. */
export const LEAD_DAYS = 4
/** The models learn from the years before this one; the live questions are about this one and later. */
export const FIRST_LIVE_YEAR = 2014

/** One day as a miner sees it: highest and lowest temperature in °C, rain in mm, wind. */
export type DayRow = [highestC: number, lowestC: number, rainMm: number, wind: number]

/** The last ten days, oldest first; how warm will the next four be? */
export interface Question {
  /** Of the last day in the window; 0 is the first of January. */
  readonly dayOfYear: number
  readonly window: readonly DayRow[]
}

/** A batch of questions as it goes to a miner. */
export interface ForecastTask {
  readonly questions: readonly Question[]
}

/** A miner's forecasts: highest temperature in °C of each coming day, one row per question, in their order. */
export interface ForecastAnswer {
  readonly highestC: readonly (readonly number[])[]
}

/** The question "standing at the end of day `index`, how warm will the next days be?". */
export function questionAt(days: readonly WeatherDay[], index: number): Question {
  return {
    dayOfYear: days[index]!.dayOfYear,
    window: days
      .slice(index - WINDOW_DAYS + 1, index + 1)
      .map((day): DayRow => [day.highestC, day.lowestC, day.rainMm, day.wind]),
  }
}

/** What really came after day `index`, in °C. */
export function truthAt(days: readonly WeatherDay[], index: number): number[] {
  return days.slice(index + 1, index + 1 + LEAD_DAYS).map((day) => day.highestC)
}

/** Days one can ask about: with a whole window behind and all leads ahead, inside the years [from, until). */
export function askableDays(days: readonly WeatherDay[], from: number, until: number): number[] {
  const inYears = (day: WeatherDay | undefined): boolean =>
    day !== undefined && day.year >= from && day.year < until
  return days.flatMap((day, index) =>
    index >= WINDOW_DAYS - 1 && inYears(day) && inYears(days[index + LEAD_DAYS]) ? [index] : [],
  )
}
