import { escaped } from './escaped.js'

/** Values of the same few things under several headings. */
export interface Bars {
  readonly title: string
  /** What a bar is. */
  readonly says: string
  readonly rows: readonly BarRow[]
  readonly panels: readonly { readonly heading: string; readonly values: readonly number[] }[]
  readonly shown: (value: number) => string
  /** What a bar of full length is. Default: the largest value. */
  readonly most?: number
}

export interface BarRow {
  readonly name: string
  /** Its bars are hatched, and this stands beside its name. */
  readonly mark?: string
}

// Three panels are as wide as a page.
const [LEFT, TOP, ROW, BAR, PANEL, GAP, ACROSS] = [150, 40, 28, 16, 250, 64, 3]
const [INK, MUTED, LINE, FULL, MARKED] = ['#16202e', '#5d6878', '#e3e6eb', '#1d5fd1', '#b3261e']

/** Bars as one SVG picture that needs nothing else, three panels beside each other; the title is for who cannot see it, and stands in the page. What is marked is told by its hatching and by a word, not by colour alone. */
export function drawBars(bars: Bars): string {
  const { title, says, rows, panels } = bars
  const panelHeight = 40 + rows.length * ROW + 18
  const width = LEFT + Math.min(ACROSS, panels.length) * (PANEL + GAP) + 8
  const bottom = TOP + Math.ceil(panels.length / ACROSS) * panelHeight
  const mark = rows.find((row) => row.mark !== undefined)?.mark
  const height = bottom + (mark === undefined ? 0 : 26)
  const drawn = panels.map(({ heading, values }, at) => {
    const [column, top] = [at % ACROSS, TOP + Math.floor(at / ACROSS) * panelHeight]
    const names = column === 0 ? rows.map((row, index) => drawName(row, top + 40 + index * ROW)) : []
    return [...names, ...drawPanel(bars, { heading, values, x: LEFT + column * (PANEL + GAP), top })].join(
      '\n',
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'DejaVu Sans', Arial, sans-serif" font-size="12" fill="${INK}">
<title>${escaped(title)}</title>
<defs><pattern id="marked" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/><rect width="3" height="6" fill="${MARKED}"/></pattern></defs>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(16, 24, says, `fill="${MUTED}"`)}
${drawn.join('\n')}
${mark === undefined ? '' : drawLegend(mark, bottom + 6)}
</svg>
`
}

function drawName({ name, mark }: BarRow, y: number): string {
  const word = mark === undefined ? '' : `<tspan fill="${MARKED}"> ${escaped(mark)}</tspan>`
  return `<text x="${LEFT - 12}" y="${y + 13}" text-anchor="end">${escaped(name)}${word}</text>`
}

function drawPanel(
  { rows, panels, shown, most = Math.max(...panels.flatMap(({ values }) => values)) }: Bars,
  {
    heading,
    values,
    x,
    top,
  }: {
    readonly heading: string
    readonly values: readonly number[]
    readonly x: number
    readonly top: number
  },
): string[] {
  const begin = top + 40
  const grid = [0, 0.5, 1].map((part) => {
    const at = (x + PANEL * part).toFixed(1)
    return `<line x1="${at}" x2="${at}" y1="${begin - 6}" y2="${begin + rows.length * ROW}" stroke="${LINE}"/>`
  })
  const bars = rows.map(({ mark }, at) => {
    const value = values[at] ?? 0
    const y = begin + at * ROW
    // A little is never shown as nothing.
    const length = value > 0 ? Math.max(1, (PANEL * value) / most) : 0
    const [fill, stroke] = mark === undefined ? [FULL, FULL] : ['url(#marked)', MARKED]
    const bar =
      value > 0
        ? `<rect x="${x}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" fill="${fill}" stroke="${stroke}"/>`
        : ''
    return `${bar}${text(x + length + 6, y + 12, shown(value), value > 0 ? '' : `fill="${MUTED}"`)}`
  })
  return [text(x, top + 22, heading, 'font-weight="600"'), ...grid, ...bars]
}

function drawLegend(mark: string, y: number): string {
  const box = (x: number, fill: string, stroke: string): string =>
    `<rect x="${x}" y="${y - 10}" width="22" height="12" fill="${fill}" stroke="${stroke}"/>`
  return [
    box(LEFT, FULL, FULL),
    text(LEFT + 28, y, 'honest', `fill="${MUTED}"`),
    box(LEFT + 90, 'url(#marked)', MARKED),
    text(LEFT + 118, y, mark, `fill="${MUTED}"`),
  ].join('\n')
}

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped(words)}</text>`
}
