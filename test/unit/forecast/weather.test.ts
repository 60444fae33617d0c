import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadWeather, parseWeather } from '../../../examples/forecast/weather.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'

const HEADER = 'date,precipitation,temp_max,temp_min,wind,weather'

describe('loadWeather', () => {
  test('reads four years, every day of them', () => {
    const days = loadWeather()
    expect(days).toHaveLength(1461)
    expect(days[0]).toEqual({
      date: '2012-01-01',
      year: 2012,
      dayOfYear: 0,
      highestC: 12.8,
      lowestC: 5,
      rainMm: 0,
      wind: 4.7,
    })
    expect(days.at(-1)).toMatchObject({ date: '2015-12-31', dayOfYear: 364 })
    expect(days.find(({ date }) => date === '2012-12-31')?.dayOfYear).toBe(365)
  })

  test('the data is the file its notice names', () => {
    const folder = new URL('../../../examples/forecast/data/', import.meta.url)
    const hash = createHash('sha256')
      .update(readFileSync(new URL('seattle-weather.csv', folder)))
      .digest('hex')
    expect(readFileSync(new URL('NOTICE', folder), 'utf8')).toContain(hash)
  })
})

describe('parseWeather', () => {
  test.each([
    ['another header', 'day,rain', 'line 1'],
    ['a missing column', `${HEADER}\n2012-01-01,0.0,12.8`, 'line 2'],
    ['an empty number', `${HEADER}\n2012-01-01,,12.8,5.0,4.7,sun`, 'line 2'],
    ['a date that is none', `${HEADER}\n01/02/2012,0.0,12.8,5.0,4.7,sun`, 'line 2'],
    ['a gap', `${HEADER}\n2012-01-01,0,1,1,1,sun\n2012-01-03,0,1,1,1,sun`, 'line 3'],
  ])('refuses %s, naming the line', (_, csv, field) => {
    const parse = (): unknown => parseWeather(csv)
    expect(parse).toThrow(InvalidArgumentError)
    expect(parse).toThrow(expect.objectContaining({ field }))
  })
})
