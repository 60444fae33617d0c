import { check, instance, listOf, optional, type ShapeOf, shape, text, wholeNumber } from '../checks/index.js'
import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import { describeFrameColumns, type FrameColumns, type SimulationFrame } from '../simulation/index.js'
import { formatTao } from '../units/index.js'
import { axisFigures, fixed, grouped, smallShare, tao } from './figures.js'
import { drawLineChart, type LineSeries, loadEcharts } from './lineChart.js'
import { COLOR_COUNT, card, header, legend, notes, page } from './page.js'
import type { ReportFact, ReportNote } from './types.js'

/** What a page on a simulation is made of. All text is shown as text: markup in it has no effect. */
export interface SimulationReportOptions {
  readonly title: string
  /** A sentence or two under the title. */
  readonly subtitle?: string
  /** In order, at least one, all of the same subnets. A few hundred are enough: a `FrameSample` thins a long run out. */
  readonly frames: readonly SimulationFrame[]
  readonly facts?: readonly ReportFact[]
  readonly notes?: readonly ReportNote[]
}

const ARRAYS = { u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, f64: Float64Array }

const columnsShape = shape<FrameColumns>(
  Object.fromEntries(
    describeFrameColumns().map(({ name, kind }) => [name, instance(ARRAYS[kind])]),
  ) as ShapeOf<FrameColumns>,
)

const optionsShape = shape<SimulationReportOptions>({
  title: text(),
  subtitle: optional(text()),
  frames: listOf(shape<SimulationFrame>({ block: wholeNumber(), columns: columnsShape })),
  facts: optional(listOf(shape<ReportFact>({ label: text(), value: text() }))),
  notes: optional(listOf(shape<ReportNote>({ heading: text(), text: text() }))),
})

/** Blocks of 12 seconds in a day. */
const DAY_BLOCKS = 7_200
/** Rows of the table. */
const MOST_ROWS = 40

type NumberColumn = 'price' | 'movingPrice' | 'emissionShare' | 'topMinerShare'
type AmountColumn = 'ownerAlpha' | 'minersAlpha' | 'validatorsAlpha' | 'rootAlpha' | 'boughtRao' | 'soldRao'

/**
 * Draws what happened in a simulated network as one HTML page that needs nothing else: prices and their averages, shares of the new TAO, who was paid, what was traded, and a
 * table of the subnets at the end. Of many subnets the lines are those of the twelve that get most at the end.
 *
 * @throws MissingPackageError when the optional package `echarts` is not installed.
 * @throws InvalidArgumentError when there is no frame, or naming what is wrong (`frames[3].columns.price`).
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { renderSimulation } from 'subnetkit/report'
 * import { FrameSample, Simulation } from 'subnetkit/simulation'
 *
 * const simulation = await Simulation.start({ subnets: 8 })
 * const sample = new FrameSample(200)
 * for await (const frame of simulation.run({ blocks: 72_000 })) sample.add(frame)
 * await writeFile('network.html', await renderSimulation({ title: 'Ten days', frames: sample.frames }))
 * ```
 */
export async function renderSimulation(options: SimulationReportOptions): Promise<string> {
  const last = checked(options)
  const { frames } = options
  const echarts = await loadEcharts()
  const isLong = last.block >= 2 * DAY_BLOCKS
  const at = frames.map(({ block }) => (isLong ? block / DAY_BLOCKS : block))
  const draw = (series: LineSeries[], { figure, axis }: Unit): string => {
    const most = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
    const chart = {
      x: { at },
      xName: isLong ? 'day' : 'block',
      series,
      yFormat: axis(most),
      isFromZero: true,
    }
    return `${drawLineChart(echarts, chart)}${legend(series, figure, 'none yet')}`
  }
  const shown = mostShared(last)
  const lines = (column: NumberColumn): LineSeries[] => subnetLines(frames, shown, column)
  const sums = (columns: readonly (readonly [AmountColumn, string])[]): LineSeries[] =>
    columns.map(([column, name], index) => ({
      name,
      color: `var(--c${index})`,
      dashed: false,
      values: frames.map((frame) => sumOf(frame, column)),
    }))
  const count = last.columns.netuid.length
  const which =
    count > shown.length ? ` The ${shown.length} of ${count} subnets that get most at the end.` : ''
  return page(options.title, [
    header(options),
    '<h2>Money</h2><div class="charts">',
    card('Price', `TAO that one alpha of a subnet costs.${which}`, draw(lines('price'), PRICE)),
    card('Average of the price', 'By it the chain shares its new TAO.', draw(lines('movingPrice'), PRICE)),
    card(
      'Share of the new TAO',
      'What each subnet gets of what a block makes.',
      draw(lines('emissionShare'), SHARE),
    ),
    card(
      'Trade',
      'TAO that was paid and got for alpha between a frame and the one before it, all subnets together.',
      draw(
        sums([
          ['boughtRao', 'bought'],
          ['soldRao', 'sold'],
        ]),
        AMOUNT,
      ),
    ),
    '</div><h2>Pay</h2><div class="charts">',
    card(
      'Who is paid',
      'Alpha between a frame and the one before it, all subnets together.',
      draw(
        sums([
          ['ownerAlpha', 'owners'],
          ['minersAlpha', 'miners'],
          ['validatorsAlpha', 'validators and who stakes with them'],
          ['rootAlpha', 'put aside for stakers on root'],
        ]),
        AMOUNT,
      ),
    ),
    card(
      'Best miner',
      'The best-paid miner’s part of its subnet’s miner pay.',
      draw(lines('topMinerShare'), SHARE),
    ),
    '</div>',
    '<h2>The end</h2>',
    table(last),
    notes(options.notes ?? []),
  ])
}

/** @returns the last frame. @throws InvalidArgumentError, ShapeError */
function checked(options: SimulationReportOptions): SimulationFrame {
  check('options', optionsShape, options)
  const last = options.frames.at(-1)
  if (last === undefined) {
    const remedy = 'Pass at least one frame of a Simulation.'
    throw new InvalidArgumentError({ field: 'frames', value: options.frames, remedy })
  }
  const expectedLength = last.columns.netuid.length
  if (expectedLength === 0) {
    const remedy = 'Pass frames of at least one subnet.'
    const field = `frames[${options.frames.length - 1}].columns.netuid`
    throw new InvalidArgumentError({ field, value: last.columns.netuid, remedy })
  }
  for (const [at, { columns }] of options.frames.entries()) {
    for (const [name, { length }] of Object.entries(columns)) {
      if (length === expectedLength) continue
      throw new ShapeError({ field: `frames[${at}].columns.${name}`, expectedLength, actualLength: length })
    }
  }
  return last
}

/** Places of the subnets whose lines are drawn. */
function mostShared({ columns }: SimulationFrame): number[] {
  return byShare(columns.emissionShare)
    .slice(0, COLOR_COUNT)
    .sort((a, b) => a - b)
}

const byShare = (shares: Float64Array): number[] =>
  Array.from(shares, (_, at) => at).sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b)

function subnetLines(
  frames: readonly SimulationFrame[],
  shown: readonly number[],
  column: NumberColumn,
): LineSeries[] {
  return shown.map((place, index) => ({
    name: `subnet ${frames[0]?.columns.netuid[place] ?? place + 1}`,
    color: `var(--c${index})`,
    dashed: false,
    values:
      column === 'topMinerShare'
        ? topShares(frames, place)
        : frames.map(({ columns }) => columns[column][place] ?? null),
  }))
}

/** Of a frame without an epoch, that of the one before; a gap until the first. */
function topShares(frames: readonly SimulationFrame[], place: number): (number | null)[] {
  let share: number | null = null
  return frames.map(({ columns }) => {
    if (columns.minersAlpha[place] !== 0n) share = columns.topMinerShare[place] ?? null
    return share
  })
}

/** Whole TAO or alpha, for drawing only. */
const sumOf = ({ columns }: SimulationFrame, column: AmountColumn): number =>
  Number(columns[column].reduce((sum, amount) => sum + amount, 0n)) / 1e9

/** How values of a kind are written: by themselves, and on an axis that goes up to `most`. */
interface Unit {
  readonly figure: (value: number) => string
  readonly axis: (most: number) => (value: number) => string
}

const PRICE: Unit = { figure: tao, axis: axisFigures }
const AMOUNT: Unit = {
  figure: (amount) => fixed(amount, amount < 10 && amount > 0 ? 2 : 0),
  axis: axisFigures,
}
const SHARE: Unit = {
  figure: smallShare,
  axis: (most) => {
    const write = axisFigures(100 * most)
    return (share) => `${write(100 * share)}%`
  },
}

function table({ columns }: SimulationFrame): string {
  const places = byShare(columns.emissionShare).slice(0, MOST_ROWS)
  const rows = places.map((at) => {
    const cells = [
      tao(columns.price[at] ?? 0),
      tao(columns.movingPrice[at] ?? 0),
      smallShare(columns.emissionShare[at] ?? 0),
      ...(['ownerAlpha', 'minersAlpha', 'validatorsAlpha', 'rootAlpha'] as const).map((name) =>
        grouped(formatTao(columns[name][at] ?? 0n, 2)),
      ),
      String(columns.paidMiners[at] ?? 0),
      String(columns.paidValidators[at] ?? 0),
      columns.minersAlpha[at] === 0n ? 'none paid' : smallShare(columns.topMinerShare[at] ?? 0),
    ]
    return `<tr><th scope="row">subnet ${columns.netuid[at]}</th>${cells.map((cell) => `<td class="number">${cell}</td>`).join('')}</tr>`
  })
  const heads = [
    'Price',
    'Average',
    'New TAO',
    'Owner',
    'Miners',
    'Validators',
    'On root',
    'Miners paid',
    'Validators paid',
    'Best miner',
  ]
  const left = columns.netuid.length - places.length
  const caption = `Alpha paid between the last frame and the one before it. Most of the new TAO first${left > 0 ? `; ${left} subnets with less are left out` : ''}.`
  return `<section class="card scroll"><table class="earned"><caption>${caption}</caption><thead><tr><th scope="col">Subnet</th>${heads.map((head) => `<th scope="col" class="number">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></section>`
}
