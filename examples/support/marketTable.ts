import { formatTao } from 'subnetkit/units'
import type { MarketRun } from './marketRun.js'

/** Who was paid what, most first, as lines of text; beside it what each would earn without a defence. */
export function marketTable(run: MarketRun, others: readonly MarketRun[] = []): string {
  const heads = [
    'miner',
    'is',
    'alpha',
    'share',
    ...others.map(({ without }) => `without ${without.join(', ')}`),
    'does',
  ]
  const rows = [...run.miners]
    .sort((a, b) => (run.share.get(b.name) ?? 0) - (run.share.get(a.name) ?? 0))
    .map(({ name, is, does }) => [
      name,
      is,
      formatTao(run.earnedAlpha.get(name) ?? 0n, 3),
      percent(run.share.get(name)),
      ...others.map(({ share }) => percent(share.get(name))),
      does,
    ])
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const isFigure = (at: number): boolean => at >= 2 && at < heads.length - 1
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (isFigure(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(heads), ...rows.map(line)].join('\n')
}

/** A share as a reader sees it: a little is never shown as nothing. */
export function percent(share = 0): string {
  if (share === 0) return '0%'
  return share < 0.0005 ? '<0.1%' : `${(100 * share).toFixed(1)}%`
}
