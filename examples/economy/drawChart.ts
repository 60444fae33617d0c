import type { EconomyRun, Sample, SubnetSample } from './runEconomy.js'

/** What a chart says beside its lines. */
export interface ChartTexts {
  /** By place in the samples. */
  readonly names: readonly string[]
  /** Of the policy that the chain followed, and of the one that looked on. */
  readonly policies: readonly [chief: string, aside: string]
  /** Settings in which the run differs from the reference. */
  readonly changes: readonly string[]
}

const [WIDTH, LEFT, RIGHT] = [980, 64, 150]
const PANEL_HEIGHT = 190
const PANEL_GAP = 74
const TOP = 116
const COLORS = ['#1d5fd1', '#15845a', '#b3261e', '#d9660a', '#7a3fc2', '#54616f']

interface Panel {
  readonly heading: string
  readonly says: string
  readonly lineOf: (subnet: SubnetSample) => number
  /** A second, thin line. */
  readonly dashedOf?: (subnet: SubnetSample) => number
  readonly shown: (value: number) => string
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`

/** The run as one SVG picture that needs nothing else: prices, shares as they were, shares as another policy would have had them. */
export function drawChart(run: EconomyRun, { names, policies, changes }: ChartTexts): string {
  const panels: Panel[] = [
    {
      heading: 'Price of an alpha, in TAO',
      says: 'Dashed: its moving average, which counts a price as 1 TAO at most. By it the chain shares TAO, and prunes.',
      lineOf: ({ price }) => price,
      dashedOf: ({ averagePrice }) => averagePrice,
      shown: (price) => price.toFixed(2),
    },
    {
      heading: `Share of each block’s TAO: ${policies[0]}`,
      says: 'What the chain did.',
      lineOf: ({ share }) => share,
      shown: percent,
    },
    {
      heading: `Share of each block’s TAO: ${policies[1]}`,
      says: 'What another policy says of the same blocks; nothing followed it.',
      lineOf: ({ asideShare }) => asideShare,
      shown: percent,
    },
  ]
  const bottom = TOP + panels.length * (PANEL_HEIGHT + PANEL_GAP)
  const height = bottom + 46 + 18 * Math.ceil(changes.length / 2)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, 'DejaVu Sans', Arial, sans-serif" font-size="12" fill="#16202e">
<rect width="100%" height="100%" fill="#ffffff"/>
${text(LEFT, 36, 'Three subnets of different quality, and one that takes a place', 'font-size="20" font-weight="600"')}
${text(LEFT, 58, 'Customers pay for what a subnet is good for: they buy its alpha and hold it. Miners, validators and owners sell nine tenths of their pay.', MUTED)}
${panels.map((panel, at) => drawPanel(run, panel, { top: TOP + at * (PANEL_HEIGHT + PANEL_GAP), names })).join('\n')}
${text(LEFT, bottom + 8, `Changed so that something happens in ${run.blocks} blocks (in brackets: the reference)`, 'font-weight="600"')}
${changes.map((change, at) => text(LEFT + (at % 2) * 460, bottom + 30 + 18 * Math.floor(at / 2), change, MUTED)).join('\n')}
</svg>
`
}

const MUTED = 'fill="#5d6878"'

function drawPanel(
  { blocks, samples, pruned }: EconomyRun,
  { heading, says, lineOf, dashedOf, shown }: Panel,
  { top, names }: { readonly top: number; readonly names: readonly string[] },
): string {
  const values = samples.flatMap(({ subnets }) =>
    subnets.flatMap((subnet) => (subnet === null ? [] : [lineOf(subnet)])),
  )
  // Room above the lines for what is said of a block.
  const most = 1.2 * Math.max(0.1, ...values)
  const x = (block: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * block) / blocks
  const y = (value: number): number => top + PANEL_HEIGHT * (1 - value / most)
  const step = [0.1, 0.2, 0.25, 0.5].find((size) => most / size < 6) ?? 1
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, tick) => tick * step)
  const grid = ticks.map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y(value))}" y2="${fixed(y(value))}" stroke="#e3e6eb"/>${text(LEFT - 8, y(value) + 4, shown(value), `${MUTED} text-anchor="end"`)}`,
  )
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    text(
      x(part * blocks),
      top + PANEL_HEIGHT + 17,
      String(Math.round(part * blocks)),
      `${MUTED} text-anchor="middle"`,
    ),
  )
  const lines = names.flatMap((_, at) => [
    ...(dashedOf === undefined
      ? []
      : [
          path(
            samples,
            at,
            (subnet) => [x, y, dashedOf(subnet)],
            'stroke-width="1.2" stroke-dasharray="4 4"',
          ),
        ]),
    path(samples, at, (subnet) => [x, y, lineOf(subnet)], 'stroke-width="2.2"'),
  ])
  const ends = pruned.map(
    ({ block, at, by }) =>
      `<line x1="${fixed(x(block))}" x2="${fixed(x(block))}" y1="${top}" y2="${top + PANEL_HEIGHT}" stroke="#54616f" stroke-dasharray="2 3"/>${text(x(block) + 6, top + 12, `${names[at]} is pruned for ${names[by]}`, `fill="${colorOf(at)}" font-weight="600"`)}`,
  )
  return [
    text(LEFT, top - 26, heading, 'font-size="14" font-weight="600"'),
    text(LEFT, top - 9, says, MUTED),
    ...grid,
    ...marks,
    text(WIDTH - RIGHT, top + PANEL_HEIGHT + 33, 'block', `${MUTED} text-anchor="end"`),
    ...lines,
    ...ends,
    ...drawLabels({ samples, names, lineOf, shown, y }),
  ].join('\n')
}

/** Names at the ends of the lines, moved apart where they would lie on each other. */
function drawLabels({
  samples,
  names,
  lineOf,
  shown,
  y,
}: Pick<Panel, 'lineOf' | 'shown'> & {
  readonly samples: readonly Sample[]
  readonly names: readonly string[]
  readonly y: (value: number) => number
}): string[] {
  const ends = names.flatMap((name, at) => {
    const last = samples.at(-1)?.subnets[at]
    return last == null ? [] : [{ name, at, value: lineOf(last) }]
  })
  let free = Number.NEGATIVE_INFINITY
  return ends
    .sort((a, b) => b.value - a.value)
    .map(({ name, at, value }) => {
      const place = Math.max(y(value) + 4, free)
      free = place + 15
      return text(
        WIDTH - RIGHT + 8,
        place,
        `${name} ${shown(value)}`,
        `fill="${colorOf(at)}" font-weight="600"`,
      )
    })
}

/** One line, with a gap where the subnet is not there. */
function path(
  samples: readonly Sample[],
  at: number,
  pointOf: (
    subnet: SubnetSample,
  ) => [x: (block: number) => number, y: (value: number) => number, value: number],
  attributes: string,
): string {
  let isDrawing = false
  const steps = samples.flatMap(({ block, subnets }) => {
    const subnet = subnets[at]
    if (subnet == null) {
      isDrawing = false
      return []
    }
    const [x, y, value] = pointOf(subnet)
    const step = `${isDrawing ? 'L' : 'M'}${fixed(x(block))} ${fixed(y(value))}`
    isDrawing = true
    return [step]
  })
  return `<path d="${steps.join('')}" fill="none" stroke="${colorOf(at)}" ${attributes}/>`
}

const colorOf = (at: number): string => COLORS[at % COLORS.length] ?? '#000000'

const fixed = (value: number): string => value.toFixed(1)

function text(x: number, y: number, said: string, attributes = ''): string {
  const safe = said.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;' })[character] ?? '&gt;')
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${safe}</text>`
}
