import type { CanonicalValue } from 'subnetkit/codec'
import { formatTao } from 'subnetkit/units'
import { escaped } from './escaped.js'
import type { Market } from './market.js'
import type { MarketRun } from './marketRun.js'
import { percent } from './marketTable.js'
import { pageOf } from './page.js'
import { payPicture } from './payPicture.js'

/** One HTML file that needs nothing else: the picture, who earned what and does what, and what each defence is for. The first run is the market as it is. */
export function marketPage<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  [run, ...others]: readonly [MarketRun, ...MarketRun[]],
): string {
  const row = ({ name, is, does }: MarketRun['miners'][number]): string =>
    `<tr><th scope="row">${escaped(name)}</th><td>${is}</td><td class="does">${escaped(does)}</td><td class="figure">${formatTao(run.earnedAlpha.get(name) ?? 0n, 3)}</td><td class="figure">${percent(run.share.get(name))}</td>${others.map(({ share }) => `<td class="figure">${percent(share.get(name))}</td>`).join('')}</tr>`
  const heads = others.map(
    ({ without }) => `<th class="figure">without<br>${escaped(without.join(', '))}</th>`,
  )
  const defences = (Object.entries(market.defences) as [string, string][]).map(
    ([name, does]) => `<dt>${escaped(name)}</dt><dd>${escaped(does)}</dd>`,
  )
  const notes = (Object.entries(market.notes ?? {}) as [string, string][])
    .filter(([name]) => others.some(({ without }) => without.includes(name)))
    .map(([name, says]) => `<p class="how"><b>without ${escaped(name)}</b>: ${escaped(says)}</p>\n`)
  const how = `Seed ${JSON.stringify(run.seed)}, ${run.epochs} epochs, ${run.miners.length} miners, ${market.validators} validators.`
  const faults =
    run.faults.length === 0
      ? ''
      : `<h2>What went wrong</h2><ul>${run.faults.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`
  return pageOf({
    title: market.title,
    how,
    body: `<div class="wide">${payPicture(market, [run, ...others])}</div>
${notes.join('')}<div class="wide"><table>
<thead><tr><th>miner</th><th>is</th><th>does</th><th class="figure">alpha</th><th class="figure">share</th>${heads.join('')}</tr></thead>
<tbody>
${run.miners.map(row).join('\n')}
</tbody></table></div>
<h2>Defences</h2>
<dl>${defences.join('\n')}</dl>
${faults}`,
  })
}
