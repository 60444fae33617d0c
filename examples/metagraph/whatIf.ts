// Asks of a real subnet what consensus would say under other hyperparameters: npm run example -- examples/metagraph/whatIf.ts
import { referencePreset } from 'subnetkit/chain'
import { YumaConsensus } from 'subnetkit/engine'
import { epochParamsFrom, type Hyperparameters } from 'subnetkit/ledger'
import { epochInputFrom, mainnetSubnet15 } from 'subnetkit/metagraph'

const SHOWN = 5

const metagraph = await mainnetSubnet15()
const { hyperparameters } = referencePreset.config

/** The miners that earn most when the majority that counts is this share of stake. */
function best(changes: Partial<Hyperparameters>): { readonly uid: number; readonly share: number }[] {
  const yuma = new YumaConsensus(epochParamsFrom({ ...hyperparameters, ...changes }))
  const { incentiveU16 } = yuma.run(epochInputFrom(metagraph, { emissionRao: 1_000_000_000n }))
  return Array.from(incentiveU16, (share, uid) => ({ uid, share: share / 65_535 }))
    .sort((a, b) => b.share - a.share || a.uid - b.uid)
    .slice(0, SHOWN)
}

for (const [majority, kappaU16] of [
  ['a third', 21_845],
  ['half', 32_767],
  ['two thirds', 43_690],
] as const) {
  const shares = best({ kappaU16 }).map(({ uid, share }) => `uid ${uid} ${(100 * share).toFixed(1)}%`)
  console.log(`Majority of ${majority}: ${shares.join(', ')}`)
}

const [largest] = metagraph.rows().sort((a, b) => (a.stakeAlpha < b.stakeAlpha ? 1 : -1))
console.log(`Most stake: ${JSON.stringify(largest)}`)
