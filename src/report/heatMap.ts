import type { MatrixEntry } from '../metagraph/index.js'
import { U16_MAX, type Uid } from '../units/index.js'
import { escapeHtml } from './html.js'

/** A matrix of shares to show: one row per validator, one column per neuron. */
export interface HeatMap {
  readonly caption: string
  readonly columns: readonly { readonly uid: Uid; readonly name: string }[]
  readonly rows: readonly { readonly name: string; readonly shares: ReadonlyMap<Uid, number> }[]
}

/** What part of its row each entry is; shares of a row sum to 1. */
export function rowShares(entries: readonly MatrixEntry[]): Map<Uid, number> {
  const sum = entries.reduce((total, [, value]) => total + value, 0)
  return new Map(entries.map(([uid, value]) => [uid, sum === 0 ? 0 : value / sum]))
}

/** Each entry as a part of the largest value an entry can have. */
export function scaleShares(entries: readonly MatrixEntry[]): Map<Uid, number> {
  return new Map(entries.map(([uid, value]) => [uid, value / U16_MAX]))
}

/**
 * A matrix as a table whose cells are shaded by their share. Every cell also carries its number, in percent,
 * so the picture can be read without seeing colours, and copied as text.
 */
export function drawHeatMap({ caption, columns, rows }: HeatMap): string {
  const head = columns.map(({ name }) => `<th scope="col"><span>${escapeHtml(name)}</span></th>`).join('')
  const body = rows
    .map(({ name, shares }) => {
      const cells = columns.map(({ uid }) => drawCell(shares.get(uid) ?? 0)).join('')
      return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`
    })
    .join('\n')
  return `<div class="scroll"><table class="heat">
<caption>${escapeHtml(caption)}</caption>
<thead><tr><td></td>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div>`
}

function drawCell(share: number): string {
  if (share === 0) return '<td class="none">·</td>'
  const percent = 100 * share
  const shade = Math.round(8 + 0.92 * percent)
  const text = percent < 0.95 ? '&lt;1' : percent.toFixed(0)
  return `<td style="--shade:${shade}%"${shade > 55 ? ' class="strong"' : ''}>${text}</td>`
}
