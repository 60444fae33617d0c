import { escapeHtml } from './html.js'
import type { ReportFact } from './types.js'

/** Short facts side by side. */
export function tiles(facts: readonly ReportFact[]): string {
  const each = facts.map(
    ({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  )
  return `<dl class="facts">${each.join('')}</dl>`
}
