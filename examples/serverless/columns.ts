import { roundedPow } from 'subnetkit/math'
import type { Hotkey } from 'subnetkit/units'

/** What one miner did in one round. */
export type Entry = {
  /** Milliseconds that a usual miner takes for it, with bounties. */
  readonly units: number
  readonly calls: number
  /** How many of the applications it was called for. */
  readonly apps: number
  readonly bounties: number
}

/** Of each miner, in one round. */
export type Entries = { readonly [hotkey: string]: Entry }

export const columns = ['units', 'calls', 'apps', 'bounties'] as const

/** Its part of each column. */
export type Shares = { readonly [column in (typeof columns)[number]]: number }

/** Exponents of the applications that a miner has warm: at the median or above, and below. */
const [ABOVE, BELOW] = [1.3, 2.2]

/**
 * The four columns of a window of rounds: the part that each miner has of all units, calls, applications and bounties.
 *
 * @param byWork - whether applications weigh by the work that was done: what two names have warm together on one machine then weighs as what one has.
 */
export function fourColumns(window: readonly Entries[], byWork: boolean): Map<Hotkey, Shares> {
  const sums = new Map<Hotkey, Entry>()
  for (const entries of window)
    for (const [name, entry] of Object.entries(entries)) {
      const hotkey = name as Hotkey
      sums.set(hotkey, added(sums.get(hotkey) ?? nothing, entry))
    }
  const all = [...sums.values()]
  const most = Math.max(...all.map(({ apps }) => apps))
  const usual = median(all.map(({ apps, units }) => ({ value: apps, weight: byWork ? units : 1 })))
  const valued = Array.from(sums, ([hotkey, sum]) => {
    const apps = most === 0 ? 0 : roundedPow(sum.apps / most, sum.apps >= usual ? ABOVE : BELOW)
    return { hotkey, values: { ...sum, apps: byWork ? apps * sum.units : apps } }
  })
  const total = valued.reduce((sum, { values }) => added(sum, values), nothing)
  const part = (value: number, of: number): number => (of === 0 ? 0 : value / of)
  return new Map(
    valued.map(({ hotkey, values }) => [
      hotkey,
      {
        units: part(values.units, total.units),
        calls: part(values.calls, total.calls),
        apps: part(values.apps, total.apps),
        bounties: part(values.bounties, total.bounties),
      },
    ]),
  )
}

export const nothing: Entry = { units: 0, calls: 0, apps: 0, bounties: 0 }

export function added(one: Entry, other: Entry): Entry {
  return {
    units: one.units + other.units,
    calls: one.calls + other.calls,
    apps: one.apps + other.apps,
    bounties: one.bounties + other.bounties,
  }
}

/** The value at which half of the weight is reached; 0 where there is none. */
export function median(rows: readonly { readonly value: number; readonly weight: number }[]): number {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  let reached = 0
  for (const { value, weight } of [...rows].sort((a, b) => a.value - b.value)) {
    reached += weight
    if (2 * reached >= total) return value
  }
  return 0
}
