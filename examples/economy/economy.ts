// Three subnets on one chain, and which of them lives. Run it: npm run example -- economy
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referencePreset } from 'subnetkit/chain'
import { referencePolicy } from 'subnetkit/emission'
import { SUBNETS } from './cast.js'
import { drawChart } from './drawChart.js'
import { halfAndHalf } from './halfAndHalf.js'
import { runEconomy } from './runEconomy.js'
import { changesFrom, economySettings } from './settings.js'

const blocks = 2_000
const run = runEconomy({ blocks, seed: 'economy' })

const names = SUBNETS.map(({ name }) => name)
for (const { block, subnets } of run.samples) {
  if (block % 200 !== 0) continue
  const told = subnets.flatMap((subnet, at) =>
    subnet === null
      ? []
      : [`${names[at]} ${subnet.price.toFixed(3)} TAO, ${(100 * subnet.share).toFixed(0)}%`],
  )
  console.log(`block ${String(block).padStart(4)}  ${told.join('  ')}`)
}
for (const { block, at, by } of run.pruned) {
  console.log(
    `In block ${block} ${names[by]} came, and ${names[at]}, whose price average was the lowest, was dissolved.`,
  )
}

const chart = drawChart(run, {
  names,
  policies: [referencePolicy.name, halfAndHalf.name],
  changes: changesFrom(referencePreset.config, economySettings(blocks)),
})
mkdirSync('runs', { recursive: true })
const path = join('runs', 'economy.svg')
writeFileSync(path, chart)
console.log(`Chart: ${path}`)
