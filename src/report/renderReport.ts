import { check, instance, listOf, optional, shape, text, wholeNumber } from '../checks/index.js'
import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import { type EpochFrame, Metagraph } from '../metagraph/index.js'
import { formatTao, type Hotkey } from '../units/index.js'
import { drawHeatMap, rowShares, scaleShares } from './heatMap.js'
import { historyOf, type NeuronHistory } from './history.js'
import { escapeHtml } from './html.js'
import { drawLineChart, type LineSeries, loadEcharts } from './lineChart.js'
import { STYLE } from './style.js'

/** What a report says about one neuron beyond the numbers. */
export interface ReportNeuron {
  readonly hotkey: Hotkey
  /** Such as `miner` or `validator`. */
  readonly role: string
  /** One sentence: why it earned what it earned. */
  readonly reason: string
}

/** A titled paragraph at the end of a report. */
export interface ReportNote {
  readonly heading: string
  readonly text: string
}

/** What a report is made of. All text is shown as text: markup in it has no effect. */
export interface ReportOptions {
  readonly title: string
  /** A sentence or two under the title. */
  readonly subtitle?: string
  /** In order, at least one. */
  readonly frames: readonly EpochFrame[]
  readonly neurons?: readonly ReportNeuron[]
  /** Short facts shown as tiles. */
  readonly facts?: readonly Fact[]
  readonly notes?: readonly ReportNote[]
}

const frameShape = shape<EpochFrame>({
  epoch: wholeNumber(),
  block: wholeNumber(),
  metagraph: instance(Metagraph),
  names: listOf(text()),
  earnedRao: instance(BigUint64Array),
})

const optionsShape = shape<ReportOptions>({
  title: text(),
  subtitle: optional(text()),
  frames: listOf(frameShape),
  neurons: optional(listOf(shape<ReportNeuron>({ hotkey: text({ min: 1 }), role: text(), reason: text() }))),
  facts: optional(listOf(shape<Fact>({ label: text(), value: text() }))),
  notes: optional(listOf(shape<ReportNote>({ heading: text(), text: text() }))),
})

interface Fact {
  readonly label: string
  readonly value: string
}

/** @throws InvalidArgumentError, ShapeError naming the part of the options that is wrong. */
function checkOptions(options: ReportOptions): void {
  check('options', optionsShape, options)
  if (options.frames.length === 0) {
    const remedy = 'Pass the frames of at least one epoch.'
    throw new InvalidArgumentError({ field: 'frames', value: options.frames, remedy })
  }
  options.frames.forEach(({ metagraph, names, earnedRao }, at) => {
    for (const [name, { length }] of Object.entries({ names, earnedRao })) {
      if (length === metagraph.n) continue
      const field = `frames[${at}].${name}`
      throw new ShapeError({ field, expectedLength: metagraph.n, actualLength: length })
    }
  })
}

/** Colours in the style sheet; the neurons after that many repeat them with dashed lines. */
const COLOR_COUNT = 12
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
  const echarts = await loadEcharts()
  const shown = mostEarning(histories).map((history, index) => ({
    ...history,
    color: `var(--c${index % COLOR_COUNT})`,
    dashed: index >= COLOR_COUNT,
  }))
  const xLabels = options.frames.map(({ epoch }) => String(epoch))
  const draw = (series: LineSeries[], yFormat: (value: number) => string): string =>
    series.length === 0
      ? '<p>Nothing to show: no neuron of this kind.</p>'
      : `${drawLineChart(echarts, { xLabels, series, yFormat })}${legend(series, yFormat)}`
  const miners = shown.filter(({ mines }) => mines)
  const validators = shown.filter(({ validates }) => validates)
  return page(options.title, [
    header(options),
    '<h2>Who earned what, and why</h2>',
    earnings(histories, options.neurons ?? []),
    '<h2>Epoch by epoch</h2><div class="charts">',
    card('Incentive', 'Share of miner pay, decided by consensus.', draw(lines(miners, 'incentive'), percent)),
    card('Dividends', 'Share of validator pay.', draw(lines(validators, 'dividends'), percent)),
    card(
      'Validator trust',
      'How much of a validator’s weights the others agree with.',
      draw(lines(validators, 'validatorTrust'), percent),
    ),
    card('Emission', 'TAO paid to each neuron in the epoch.', draw(lines(shown, 'emissionTao'), tao)),
    '</div>',
    '<h2>The last epoch</h2><div class="charts">',
    ...options.frames.slice(-1).map((frame) => heatMaps(frame, shown)),
    '</div>',
    notes(options.notes ?? []),
  ])
}

function mostEarning(histories: readonly NeuronHistory[]): NeuronHistory[] {
  if (histories.length <= SHOWN_LIMIT) return [...histories]
  const kept = new Set([...histories].sort(byEarnings).slice(0, SHOWN_LIMIT))
  return histories.filter((history) => kept.has(history))
}

const byEarnings = (a: NeuronHistory, b: NeuronHistory): number =>
  a.earnedRao === b.earnedRao ? a.uid - b.uid : a.earnedRao < b.earnedRao ? 1 : -1

type Measure = 'incentive' | 'dividends' | 'validatorTrust' | 'emissionTao'

const lines = (neurons: readonly Shown[], measure: Measure): LineSeries[] =>
  neurons.map(({ name, color, dashed, [measure]: values }) => ({ name, color, dashed, values }))

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`
const tao = (amount: number): string => amount.toFixed(amount < 10 ? 2 : 0)

/** The lines' names with their last values, largest first, so that no label can hide another. */
function legend(series: readonly LineSeries[], yFormat: (value: number) => string): string {
  const last = (line: LineSeries): number => line.values.at(-1) ?? -1
  const items = [...series]
    .sort((a, b) => last(b) - last(a))
    .map((line) => {
      const value = line.values.at(-1)
      const dashed = line.dashed ? ' class="dashed"' : ''
      return `<li><i${dashed} style="--series:${line.color}"></i>${escapeHtml(line.name)} <b>${value == null ? 'gone' : yFormat(value)}</b></li>`
    })
  return `<ul class="legend">${items.join('')}</ul>`
}

function earnings(histories: readonly NeuronHistory[], neurons: readonly ReportNeuron[]): string {
  const told = new Map(neurons.map((neuron) => [neuron.hotkey, neuron]))
  const most = histories.reduce((max, { earnedRao }) => (earnedRao > max ? earnedRao : max), 1n)
  const total = histories.reduce((sum, { earnedRao }) => sum + earnedRao, 0n)
  const rows = [...histories].sort(byEarnings).map((history) => {
    const { name, earnedRao, validates, uid, hotkey } = history
    const width = Number((earnedRao * 1000n) / most) / 10
    const share = total === 0n ? 0 : Number((earnedRao * 10_000n) / total) / 10_000
    const role = told.get(hotkey)?.role ?? (validates ? 'validator' : 'miner')
    return `<tr><td class="number">${uid}</td><th scope="row" title="${escapeHtml(hotkey)}">${escapeHtml(name)}</th>
<td class="role">${escapeHtml(role)}</td><td class="number">${formatTao(earnedRao, 3)}</td><td class="number">${percent(share)}</td>
<td><div class="bar"><i style="width:${width}%"></i></div></td><td class="why">${escapeHtml(told.get(hotkey)?.reason ?? '')}</td></tr>`
  })
  return `<div class="card scroll"><table class="earned">
<thead><tr><th class="number">uid</th><th>Neuron</th><th>Role</th><th class="number">Earned, TAO</th><th class="number">Share</th><th></th><th>Why</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`
}

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

function header({ title, subtitle, facts = [] }: ReportOptions): string {
  const tiles = facts
    .map(({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('')
  return `<header><h1>${escapeHtml(title)}</h1>${subtitle === undefined ? '' : `<p>${escapeHtml(subtitle)}</p>`}</header>
${tiles === '' ? '' : `<dl class="facts">${tiles}</dl>`}`
}

function notes(list: readonly ReportNote[]): string {
  if (list.length === 0) return ''
  const items = list.map(({ heading, text }) => `<h3>${escapeHtml(heading)}</h3><p>${escapeHtml(text)}</p>`)
  return `<h2>How to read this</h2><div class="card notes">${items.join('\n')}</div>`
}

const card = (heading: string, text: string, content: string): string =>
  `<section class="card"><h3>${escapeHtml(heading)}</h3><p>${escapeHtml(text)}</p>${content}</section>\n`

function page(title: string, sections: readonly string[]): string {
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
