import { escapeHtml } from './html.js'
import type { LineSeries } from './lineChart.js'
import { STYLE } from './style.js'
import { tiles } from './tiles.js'
import type { ReportFact, ReportNote } from './types.js'

/** Colours in the style sheet; the lines after that many repeat them dashed. */
export const COLOR_COUNT = 12

/** What a page begins with. */
export interface PageHead {
  readonly title: string
  readonly subtitle?: string
  readonly facts?: readonly ReportFact[]
}

/** A whole page that needs nothing else. */
export function page(title: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${sections.join('\n')}
<footer>Made with subnetkit. This page holds all of its data and loads nothing.</footer>
</main>
</body>
</html>
`
}

export function header({ title, subtitle, facts = [] }: PageHead): string {
  return `<header><h1>${escapeHtml(title)}</h1>${subtitle === undefined ? '' : `<p>${escapeHtml(subtitle)}</p>`}</header>
${facts.length === 0 ? '' : tiles(facts)}`
}

export function notes(list: readonly ReportNote[]): string {
  if (list.length === 0) return ''
  const items = list.map(({ heading, text }) => `<h3>${escapeHtml(heading)}</h3><p>${escapeHtml(text)}</p>`)
  return `<h2>How to read this</h2><div class="card notes">${items.join('\n')}</div>`
}

export const card = (heading: string, text: string, content: string): string =>
  `<section class="card"><h3>${escapeHtml(heading)}</h3><p>${escapeHtml(text)}</p>${content}</section>\n`

/**
 * The lines' names with their last values, largest first, so that no label can hide another.
 *
 * @param missing - what stands for a last value that is not there.
 */
export function legend(
  series: readonly LineSeries[],
  yFormat: (value: number) => string,
  missing = 'gone',
): string {
  const last = (line: LineSeries): number => line.values.at(-1) ?? -1
  const items = [...series]
    .sort((a, b) => last(b) - last(a))
    .map((line) => {
      const value = line.values.at(-1)
      const dashed = line.dashed ? ' class="dashed"' : ''
      return `<li><i${dashed} style="--series:${line.color}"></i>${escapeHtml(line.name)} <b>${value == null ? missing : yFormat(value)}</b></li>`
    })
  return `<ul class="legend">${items.join('')}</ul>`
}
