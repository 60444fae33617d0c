import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError } from 'subnetkit/errors'

/** One day of weather in Seattle. */
export interface WeatherDay {
  /** `2014-07-01` */
  readonly date: string
  readonly year: number
  /** 0 for the first of January. */
  readonly dayOfYear: number
  readonly highestC: number
  readonly lowestC: number
  readonly rainMm: number
  readonly wind: number
}

const HEADER = 'date,precipitation,temp_max,temp_min,wind,weather'

/** The example's folder, whether this file runs from source or from the bundle in `.build/`. */
export function exampleFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  return basename(here) === '.build' ? dirname(here) : here
}

/** Reads the weather file of this example: 1,461 days without a gap. */
export function loadWeather(): WeatherDay[] {
  return parseWeather(readFileSync(join(exampleFolder(), 'data/seattle-weather.csv'), 'utf8'))
}

/**
 * Reads weather in the form of `seattle-weather.csv`.
 *
 * @throws InvalidArgumentError naming the line that cannot be read or leaves a gap between days.
 */
export function parseWeather(csv: string): WeatherDay[] {
  const [header, ...lines] = csv.trimEnd().split(/\r?\n/)
  if (header !== HEADER) {
    throw new InvalidArgumentError({ field: 'line 1', value: header, remedy: `Start with ${HEADER}.` })
  }
  const days = lines.map((line, index) => parseDay(line, index + 2))
  days.forEach((day, index) => {
    const previous = days[index - 1]
    if (previous === undefined || dayNumber(day.date) === dayNumber(previous.date) + 1) return
    throw new InvalidArgumentError({
      field: `line ${index + 2}`,
      value: day.date,
      remedy: `Give the day after ${previous.date}.`,
    })
  })
  return days
}

function parseDay(line: string, lineNumber: number): WeatherDay {
  const [date = '', ...columns] = line.split(',')
  const [rainMm, highestC, lowestC, wind] = columns
    .slice(0, 4)
    .map((text) => (text === '' ? Number.NaN : Number(text)))
  const numbers = [rainMm, highestC, lowestC, wind]
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !numbers.every((value) => Number.isFinite(value))) {
    throw new InvalidArgumentError({
      field: `line ${lineNumber}`,
      value: line,
      remedy: `Give the columns ${HEADER}.`,
    })
  }
  const year = Number(date.slice(0, 4))
  return {
    date,
    year,
    dayOfYear: dayNumber(date) - dayNumber(`${year}-01-01`),
    highestC: highestC!,
    lowestC: lowestC!,
    rainMm: rainMm!,
    wind: wind!,
  }
}

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000
