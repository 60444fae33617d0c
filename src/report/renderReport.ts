import {
  bigintWithin,
  check,
  custom,
  instance,
  listOf,
  optional,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import { assert, InvalidArgumentError, ShapeError } from '../errors/index.js'
import { type EpochFrame, Metagraph } from '../metagraph/index.js'
import { earningsTable } from './earningsTable.js'
import { alpha, percent, tao } from './figures.js'
import { drawHeatMap, rowShares, scaleShares } from './heatMap.js'
import { byEarnings, historyOf, type NeuronHistory } from './history.js'
import { drawLineChart, type LineSeries, loadEcharts } from './lineChart.js'
import { money, priceLine } from './money.js'
import { COLOR_COUNT, card, header, legend, notes, page } from './page.js'
import type { ReportFact, ReportNeuron, ReportNote, ReportOptions } from './types.js'

const frameShape = shape<EpochFrame>({
  epoch: wholeNumber(),
  block: wholeNumber(),
  metagraph: instance(Metagraph),
  names: listOf(text()),
  earnedAlpha: instance(BigUint64Array),
  priceBits: bigintWithin({ max: 2n ** 128n - 1n }),
  emissionShare: custom('Pass a number from 0 to 1.', (value) => isShare(value)),
})

const optionsShape = shape<ReportOptions>({
  title: text(),
  subtitle: optional(text()),
  frames: listOf(frameShape),
  neurons: optional(listOf(shape<ReportNeuron>({ hotkey: text({ min: 1 }), role: text(), reason: text() }))),
  facts: optional(listOf(shape<ReportFact>({ label: text(), value: text() }))),
  notes: optional(listOf(shape<ReportNote>({ heading: text(), text: text() }))),
})

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

/** @throws InvalidArgumentError, ShapeError naming the part of the options that is wrong. */
function checkOptions(options: ReportOptions): void {
  check('options', optionsShape, options)
  if (options.frames.length === 0) {
    const remedy = 'Pass the frames of at least one epoch.'
    throw new InvalidArgumentError({ field: 'frames', value: options.frames, remedy })
  }
  options.frames.forEach(({ metagraph, names, earnedAlpha }, at) => {
    for (const [name, { length }] of Object.entries({ names, earnedAlpha })) {
      if (length === metagraph.n) continue
      const field = `frames[${at}].${name}`
      throw new ShapeError({ field, expectedLength: metagraph.n, actualLength: length })
    }
  })
}

/** Heat maps and charts beyond this many neurons show those that earned most. */
const SHOWN_LIMIT = 24

interface Shown extends NeuronHistory {
  readonly color: string
  readonly dashed: boolean
}

/**
 * Draws what happened in a network as one HTML page that needs nothing else: no script, no font, no image from
 * anywhere. Line charts of incentive, dividends, trust and emission over epochs; the last weights and bonds as
 * heat maps; who earned how much and why. It follows the reader's light or dark setting and prints.
 *
 * @throws MissingPackageError when the optional package `echarts` is not installed.
 * @throws InvalidArgumentError when there is no frame, or naming what is wrong (`frames[3].names`).
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import type { EpochFrame } from 'subnetkit/metagraph'
 * import { renderReport } from 'subnetkit/report'
 *
 * declare const frames: EpochFrame[]
 * await writeFile('report.html', await renderReport({ title: 'My subnet', frames }))
 * ```
 */
export async function renderReport(options: ReportOptions): Promise<string> {
  checkOptions(options)
  const histories = historyOf(options.frames)
  const last = options.frames.at(-1)
  assert(last !== undefined, 'a report without frames is refused')
  const echarts = await loadEcharts()
  const shown = mostEarning(histories).map((history, index) => ({
    ...history,
    color: `var(--c${index % COLOR_COUNT})`,
    dashed: index >= COLOR_COUNT,
  }))
  const labels = options.frames.map(({ epoch }) => String(epoch))
  const draw = (series: LineSeries[], yFormat: (value: number) => string, isFromZero = true): string =>
    series.length === 0
      ? '<p>Nothing to show: no neuron of this kind.</p>'
      : `${drawLineChart(echarts, { x: { labels }, xName: 'epoch', series, yFormat, isFromZero })}${legend(series, yFormat)}`
  const miners = shown.filter(({ mines }) => mines)
  const validators = shown.filter(({ validates }) => validates)
  return page(options.title, [
    header(options),
    money(last),
    '<h2>Who earned what, and why</h2>',
    earningsTable(histories, options.neurons ?? [], last),
    '<h2>Epoch by epoch</h2><div class="charts">',
    card('Incentive', 'Share of miner pay, decided by consensus.', draw(lines(miners, 'incentive'), percent)),
    card('Dividends', 'Share of validator pay.', draw(lines(validators, 'dividends'), percent)),
    card(
      'Validator trust',
      'How much of a validator’s weights the others agree with.',
      draw(lines(validators, 'validatorTrust'), percent),
    ),
    card('Pay', 'Alpha that each neuron got in the epoch, as stake.', draw(lines(shown, 'paid'), alpha)),
    card(
      'Stake',
      'Alpha on each validator’s hotkey, its own and others’.',
      draw(lines(validators, 'staked'), alpha),
    ),
    card('Price', 'TAO that one alpha of this subnet costs.', draw([priceLine(options.frames)], tao, false)),
    '</div>',
    '<h2>The last epoch</h2><div class="charts">',
    heatMaps(last, shown),
    '</div>',
    notes(options.notes ?? []),
  ])
}

function mostEarning(histories: readonly NeuronHistory[]): NeuronHistory[] {
  if (histories.length <= SHOWN_LIMIT) return [...histories]
  const kept = new Set([...histories].sort(byEarnings).slice(0, SHOWN_LIMIT))
  return histories.filter((history) => kept.has(history))
}

type Measure = 'incentive' | 'dividends' | 'validatorTrust' | 'paid' | 'staked'

const lines = (neurons: readonly Shown[], measure: Measure): LineSeries[] =>
  neurons.map(({ name, color, dashed, [measure]: values }) => ({ name, color, dashed, values }))

function heatMaps({ metagraph }: EpochFrame, shown: readonly Shown[]): string {
  const present = shown.flatMap(({ hotkey, name, mines }) => {
    const uid = metagraph.uidOf(hotkey)
    if (uid === undefined) return []
    return [{ uid, name, mines, weights: metagraph.weightsOf(uid), bonds: metagraph.bondsOf(uid) }]
  })
  const targets = new Set(present.flatMap(({ weights, bonds }) => [...weights, ...bonds]).map(([uid]) => uid))
  // Miners show as columns even when nobody rates them: empty ones. Others only when somebody does.
  const columns = present.filter(({ uid, mines }) => mines || targets.has(uid))
  const rowsOf = (matrix: 'weights' | 'bonds', sharesOf: typeof rowShares) =>
    present.flatMap(({ name, [matrix]: row }) => (row.length === 0 ? [] : [{ name, shares: sharesOf(row) }]))
  return (
    card(
      'Weights',
      'How each validator would spend miner pay, in percent.',
      drawHeatMap({
        caption: 'A row is one validator’s opinion and sums to 100.',
        columns,
        rows: rowsOf('weights', rowShares),
      }),
    ) +
    card(
      'Bonds',
      'What validators built up in each miner by backing it.',
      drawHeatMap({
        caption: 'Percent of the largest bond possible.',
        columns,
        rows: rowsOf('bonds', scaleShares),
      }),
    )
  )
}
