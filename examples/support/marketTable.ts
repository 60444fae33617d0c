import { formatTao } from 'subnetkit/units'
import type { MarketRun } from './marketRun.js'

/** Who was paid what, most first, as lines of text; beside it what each would earn without a defence, below it what each does. */
export function marketTable(run: MarketRun, others: readonly MarketRun[] = []): string {
  const heads = ['miner', 'is', 'alpha', 'share', ...others.map(({ without }) => without.join('+'))]
  const miners = [...run.miners].sort((a, b) => (run.share.get(b.name) ?? 0) - (run.share.get(a.name) ?? 0))
  const rows = miners.map(({ name, is }) => [
    name,
    is,
    formatTao(run.earnedAlpha.get(name) ?? 0n, 3),
    percent(run.share.get(name)),
    ...others.map(({ share }) => percent(share.get(name))),
  ])
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at < TEXTS ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  const before = widths.slice(0, TEXTS + 2).reduce((sum, width) => sum + width + 2, 0)
  const over = others.length === 0 ? [] : [`${' '.repeat(before)}without`]
  const does = miners.map(({ name, does }) => `${name.padEnd(widths[0] ?? 0)}  ${does}`)
  return [...over, line(heads), ...rows.map(line), '', ...does].join('\n')
}

/** Columns that hold words. */
const TEXTS = 2

/** A share as a reader sees it: a little is never shown as nothing. */
export function percent(share = 0): string {
  if (share === 0) return '0%'
  return share < 0.0005 ? '<0.1%' : `${(100 * share).toFixed(1)}%`
}
