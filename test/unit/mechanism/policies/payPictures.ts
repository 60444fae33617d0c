/** One column of bars: what each of the cast has. */
export interface Column {
  readonly heading: readonly [string, string?]
  readonly values: readonly (number | undefined)[]
  readonly shown: (value: number) => string
  /** Pay is drawn in colour, what it is paid for in grey. */
  readonly isPay: boolean
}

export interface BarPicture {
  readonly title: string
  /** Names; those that cheat are drawn in red. */
  readonly cast: readonly { readonly name: string; readonly cheats?: boolean }[]
  readonly columns: readonly Column[]
}

/** One line over a range of numbers. */
export interface Line {
  readonly name: string
  readonly color: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface LinePanel {
  readonly heading: string
  readonly xName: string
  readonly xTicks: readonly number[]
  /** Decades of the same width, in place of numbers of the same width. */
  readonly isLog?: boolean
  readonly yTicks: readonly number[]
  readonly yShown: (value: number) => string
  readonly lines: readonly Line[]
}

export const BLUE = '#1d5fd1'
export const GREEN = '#15845a'
export const RED = '#b3261e'
export const ORANGE = '#d9660a'
const [GREY, MUTED, TEXT, GRID] = ['#b9c0cb', '#5d6878', '#16202e', '#e3e6eb']

const WIDTH = 760
const [NAMES, ROW, TOP, GAP] = [150, 26, 86, 18]

/** Who does what and who is paid, a row each: bars side by side, each with its figure. */
export function drawBars({ title, cast, columns }: BarPicture): string {
  const width = (WIDTH - NAMES - 16) / columns.length
  const room = width - GAP - 42
  const height = TOP + cast.length * ROW + 14
  const heads = columns.flatMap(({ heading, isPay }, at) =>
    heading.map((line, row) =>
      text(
        NAMES + at * width,
        56 + row * 15,
        line ?? '',
        `fill="${isPay ? BLUE : MUTED}"${row === 0 ? ' font-weight="600"' : ''}`,
      ),
    ),
  )
  const rows = cast.flatMap(({ name, cheats = false }, row) => {
    const y = TOP + row * ROW
    return [
      text(16, y + 13, name, `fill="${cheats ? RED : TEXT}"`),
      ...columns.flatMap(({ values, shown, isPay }, at) => {
        const value = values[row]
        const x = NAMES + at * width
        if (value === undefined) return [text(x, y + 13, 'none', `fill="${MUTED}"`)]
        const most = Math.max(1e-12, ...values.map((one) => one ?? 0))
        const length = Math.max(0, (room * value) / most)
        const color = isPay ? (cheats ? RED : BLUE) : GREY
        return [
          `<rect x="${fixed(x)}" y="${y + 2}" width="${fixed(length)}" height="14" rx="2" fill="${color}"/>`,
          text(x + length + 5, y + 13, shown(value), `fill="${isPay ? TEXT : MUTED}"`),
        ]
      }),
    ]
  })
  return framed(title, height, [...heads, ...rows])
}

/** Lines over numbers, in one panel or two beside each other. */
export function drawLines(title: string, panels: readonly LinePanel[]): string {
  const width = (WIDTH - 16) / panels.length
  const height = 324
  return framed(
    title,
    height,
    panels.flatMap((panel, at) =>
      drawPanel(panel, { left: 16 + at * width + 46, right: 16 + (at + 1) * width - 16 }),
    ),
  )
}

function drawPanel(
  { heading, xName, xTicks, isLog = false, yTicks, yShown, lines }: LinePanel,
  { left, right }: { readonly left: number; readonly right: number },
): string[] {
  const [top, bottom] = [76, 234]
  const place = (x: number): number => (isLog ? Math.log10(x) : x)
  const [first, last] = [place(xTicks[0]!), place(xTicks.at(-1)!)]
  const x = (value: number): number => left + ((right - left) * (place(value) - first)) / (last - first)
  const y = (value: number): number => bottom - ((bottom - top) * value) / yTicks.at(-1)!
  const grid = yTicks.flatMap((value) => [
    `<line x1="${fixed(left)}" x2="${fixed(right)}" y1="${fixed(y(value))}" y2="${fixed(y(value))}" stroke="${GRID}"/>`,
    text(left - 6, y(value) + 4, yShown(value), `fill="${MUTED}" text-anchor="end"`),
  ])
  const marks = xTicks.map((value) =>
    text(x(value), bottom + 16, String(value), `fill="${MUTED}" text-anchor="middle"`),
  )
  const paths = lines.map(({ color, points }) => {
    const steps = points.map(
      ([at, value], nth) => `${nth === 0 ? 'M' : 'L'}${fixed(x(at))} ${fixed(y(value))}`,
    )
    return `<path d="${steps.join('')}" fill="none" stroke="${color}" stroke-width="2"/>`
  })
  const isWide = lines.some(({ name }) => name.length > 45)
  // Names stand below in the order of the lines, where they cannot lie on each other.
  const names = lines.flatMap(({ name, color }, at) => {
    const [column, row] = isWide ? [0, at] : [at % 2, Math.floor(at / 2)]
    const from = left - 40 + column * ((right - left + 40) / 2)
    const over = bottom + 52 + row * 18
    return [
      `<line x1="${fixed(from)}" x2="${fixed(from + 16)}" y1="${over - 4}" y2="${over - 4}" stroke="${color}" stroke-width="2.5"/>`,
      text(from + 22, over, name, `fill="${TEXT}"`),
    ]
  })
  return [
    text(left - 40, 58, heading, `fill="${MUTED}" font-weight="600"`),
    ...grid,
    ...marks,
    text(right, bottom + 32, xName, `fill="${MUTED}" text-anchor="end"`),
    ...paths,
    ...names,
  ]
}

function framed(title: string, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, 'DejaVu Sans', Arial, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(16, 28, title, `fill="${TEXT}" font-size="15" font-weight="600"`)}
${parts.join('\n')}
</svg>
`
}

const fixed = (value: number): string => value.toFixed(1)

const escaped = (said: string): string =>
  said.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;' })[character] ?? '&gt;')

function text(x: number, y: number, said: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escaped(said)}</text>`
}
