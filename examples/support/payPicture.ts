import type { CanonicalValue } from 'subnetkit/codec'
import { drawBars } from './bars.js'
import type { Market } from './market.js'
import type { MarketRun } from './marketRun.js'
import { percent } from './marketTable.js'

/**
 * Who earned what, as one SVG picture that needs nothing else: a panel for the market as it is, and one for each run without a defence. Bars of honest
 * miners are full, those of cheats hatched, and a cheat's name is said to be one.
 */
export function payPicture<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  runs: readonly MarketRun[],
): string {
  const miners = runs[0]?.miners ?? []
  return drawBars({
    title: market.title,
    says: 'Share of what miners were paid',
    rows: miners.map(({ name, is }) => (is === 'cheat' ? { name, mark: 'cheat' } : { name })),
    panels: runs.map(({ without, share }) => ({
      heading: without.length === 0 ? 'as it is' : `without ${without.join(', ')}`,
      values: miners.map(({ name }) => share.get(name) ?? 0),
    })),
    shown: percent,
    most: 1,
  })
}
