import type { CanonicalValue } from 'subnetkit/codec'
import type { Market } from './market.js'
import type { MarketRun } from './marketRun.js'
import { percent } from './marketTable.js'
import { escaped } from './svg.js'

const [LEFT, TOP, ROW, BAR, PANEL, GAP] = [150, 112, 30, 16, 170, 56]
const [INK, MUTED, LINE, HONEST, CHEAT] = ['#16202e', '#5d6878', '#e3e6eb', '#1d5fd1', '#b3261e']

/**
 * Who earned what, as one SVG picture that needs nothing else: a panel for the market as it is, and one for each run without a defence. Bars of honest
 * miners are full, those of cheats hatched, and a cheat's name is said to be one.
 */
export function payPicture<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  runs: readonly MarketRun[],
): string {
  const miners = runs[0]?.miners ?? []
  const [width, bottom] = [LEFT + runs.length * (PANEL + GAP) + 8, TOP + miners.length * ROW]
  const height = bottom + 50
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'DejaVu Sans', Arial, sans-serif" font-size="12" fill="${INK}">
<title>${escaped(market.title)}: who earned what</title>
<defs><pattern id="cheat" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/><rect width="3" height="6" fill="${CHEAT}"/></pattern></defs>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(16, 30, market.title, 'font-size="17" font-weight="600"')}
${text(16, 52, 'Share of what miners were paid', `fill="${MUTED}"`)}
${miners.map(({ name, is }, at) => nameOf(name, is, TOP + at * ROW)).join('\n')}
${runs.map((run, at) => panel(run, LEFT + at * (PANEL + GAP), bottom)).join('\n')}
${legend(bottom + 34)}
</svg>
`
}

function nameOf(name: string, is: 'honest' | 'cheat', y: number): string {
  const mark = is === 'cheat' ? `<tspan fill="${CHEAT}"> cheat</tspan>` : ''
  return `<text x="${LEFT - 12}" y="${y + 16}" text-anchor="end">${escaped(name)}${mark}</text>`
}

function panel({ without, miners, share }: MarketRun, x: number, bottom: number): string {
  const heading = without.length === 0 ? 'as it is' : `without ${without.join(', ')}`
  const bars = miners.map(({ name, is }, at) => {
    const part = share.get(name) ?? 0
    const y = TOP + at * ROW + 4
    const width = Math.max(part > 0 ? 1 : 0, PANEL * part).toFixed(1)
    const fill = is === 'cheat' ? `url(#cheat)" stroke="${CHEAT}` : `${HONEST}" stroke="${HONEST}`
    const bar = part > 0 ? `<rect x="${x}" y="${y}" width="${width}" height="${BAR}" fill="${fill}"/>` : ''
    return `${bar}${text(x + Number(width) + 6, y + 12, percent(part), part > 0 ? '' : `fill="${MUTED}"`)}`
  })
  const grid = [0, 0.5, 1].map((part) => {
    const at = (x + PANEL * part).toFixed(1)
    return `<line x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${bottom}" stroke="${LINE}"/>`
  })
  return [text(x, TOP - 18, heading, 'font-weight="600"'), ...grid, ...bars].join('\n')
}

function legend(y: number): string {
  const box = (x: number, fill: string, stroke: string): string =>
    `<rect x="${x}" y="${y - 10}" width="22" height="12" fill="${fill}" stroke="${stroke}"/>`
  return [
    box(LEFT, HONEST, HONEST),
    text(LEFT + 28, y, 'honest', `fill="${MUTED}"`),
    box(LEFT + 90, 'url(#cheat)', CHEAT),
    text(LEFT + 118, y, 'cheat', `fill="${MUTED}"`),
  ].join('\n')
}

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped(words)}</text>`
}
