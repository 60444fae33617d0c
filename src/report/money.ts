import type { EpochFrame } from '../metagraph/index.js'
import { formatPrice, formatTao, RAO_PER_TAO, valueRao } from '../units/index.js'
import { percent } from './figures.js'
import type { LineSeries } from './lineChart.js'
import { tiles } from './tiles.js'
import type { ReportFact } from './types.js'

const MONEY_IN_WORDS =
  'Pay is alpha, the subnet’s own money, and arrives as stake. What it is worth is its price times its amount: the price is what the subnet’s pool ' +
  'of TAO and alpha asks for one alpha now, and rises when people buy. Each block makes new TAO, which goes into the subnets’ pools, more of it ' +
  'where the price has been higher.'

/** A section on what pay is and what it is worth, for who never saw a subnet. */
export function money(last: EpochFrame): string {
  return `<h2>What pay is worth</h2>${tiles(moneyFacts(last))}<p class="words">${MONEY_IN_WORDS}</p>`
}

function moneyFacts({ metagraph, priceBits, emissionShare }: EpochFrame): ReportFact[] {
  const staked = metagraph.columns.stakeAlpha.reduce((sum, stake) => sum + stake, 0n)
  return [
    { label: 'Price of 1 alpha', value: `${formatPrice(priceBits)} TAO` },
    { label: 'Share of each block’s TAO', value: percent(emissionShare) },
    { label: 'Alpha staked', value: formatTao(staked, 0) },
  ]
}

/** The price of alpha, epoch by epoch. */
export function priceLine(frames: readonly EpochFrame[]): LineSeries {
  const values = frames.map(({ priceBits }) => Number(valueRao(RAO_PER_TAO, priceBits)) / 1e9)
  return { name: 'TAO for 1 alpha', color: 'var(--accent)', dashed: false, values }
}
