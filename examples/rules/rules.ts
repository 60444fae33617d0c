// The same history under two rule sets. Run it: npm run example -- examples/rules/rules.ts
import { formatTao } from 'subnetkit/units'
import { compareRules } from './compareRules.js'
import { gateByRank } from './gateByRank.js'

for (const { rules, subnets } of compareRules([undefined, gateByRank(2)], 200)) {
  const told = subnets.map(({ netuid, taoRao }) => `subnet ${netuid} ${formatTao(taoRao, 4)}`)
  console.log(`${rules.padEnd(16)} TAO of block 200: ${told.join(', ')}`)
}
