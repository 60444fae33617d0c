import type { EpochFrame } from '../metagraph/index.js'
import { formatTao, valueRao } from '../units/index.js'
import { percent } from './figures.js'
import { byEarnings, type NeuronHistory } from './history.js'
import { escapeHtml } from './html.js'
import type { ReportNeuron } from './types.js'

/** Who earned how much, most first. Worth is what the pay of all epochs is worth at the price of the last. */
export function earningsTable(
  histories: readonly NeuronHistory[],
  neurons: readonly ReportNeuron[],
  { priceBits }: EpochFrame,
): string {
  const told = new Map(neurons.map((neuron) => [neuron.hotkey, neuron]))
  const most = histories.reduce((max, { earnedAlpha }) => (earnedAlpha > max ? earnedAlpha : max), 1n)
  const total = histories.reduce((sum, { earnedAlpha }) => sum + earnedAlpha, 0n)
  const rows = [...histories].sort(byEarnings).map((history) => {
    const { name, earnedAlpha, stakeAlpha, validates, uid, hotkey } = history
    const width = Number((earnedAlpha * 1000n) / most) / 10
    const share = total === 0n ? 0 : Number((earnedAlpha * 10_000n) / total) / 10_000
    const role = told.get(hotkey)?.role ?? (validates ? 'validator' : 'miner')
    return `<tr><td class="number">${uid}</td><th scope="row" title="${escapeHtml(hotkey)}">${escapeHtml(name)}</th>
<td class="role">${escapeHtml(role)}</td><td class="number">${formatTao(stakeAlpha, 1)}</td><td class="number">${formatTao(earnedAlpha, 3)}</td>
<td class="number">${formatTao(valueRao(earnedAlpha, priceBits), 3)}</td><td class="number">${percent(share)}</td>
<td><div class="bar"><i style="width:${width}%"></i></div></td><td class="why">${escapeHtml(told.get(hotkey)?.reason ?? '')}</td></tr>`
  })
  return `<div class="card scroll"><table class="earned">
<thead><tr><th class="number">uid</th><th>Neuron</th><th>Role</th><th class="number">Stake,<br>alpha</th><th class="number">Earned,<br>alpha</th><th class="number">Worth,<br>TAO</th><th class="number">Share</th><th></th><th>Why</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`
}
