import type { Monitor } from '../../../src/monitor/index.js'

/** The value of a series in a scrape, by its name with labels as they are written there; `undefined` where there is none. */
export async function valueIn(monitor: Monitor, series: string): Promise<number | undefined> {
  return valuesOf(await monitor.metrics()).get(series)
}

/** Every series of a scrape. */
export function valuesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))] as const
    }),
  )
}
