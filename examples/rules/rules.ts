// The same history under two rule sets. Run it: npm run example -- rules
import { formatTao } from 'subnetkit/units'
import { drawBars } from '../support/bars.js'
import { keepPage, pageOf } from '../support/page.js'
import { compareRules } from './compareRules.js'
import { gateByRank } from './gateByRank.js'

const runs = compareRules([undefined, gateByRank(2)], 200)
for (const { rules, subnets } of runs) {
  const told = subnets.map(({ netuid, taoRao }) => `subnet ${netuid} ${formatTao(taoRao, 4)}`)
  console.log(`${rules.padEnd(16)} TAO of block 200: ${told.join(', ')}`)
}

const title = 'One history under two rule sets'
const picture = drawBars({
  title,
  says: 'TAO of block 200 that each subnet got',
  rows: runs[0]?.subnets.map(({ netuid }) => ({ name: `subnet ${netuid}` })) ?? [],
  panels: runs.map(({ rules, subnets }) => ({
    heading: rules,
    values: subnets.map(({ taoRao }) => Number(taoRao) / 1e9),
  })),
  shown: (tao) => tao.toFixed(4),
})
const how =
  'Four subnets whose customers spend 400, 200, 100 and 50 TAO. The gate lets the first two by price average through.'
keepPage('rules', pageOf({ title, how, body: picture }))
