// Asks of a real subnet what consensus would say under other hyperparameters: npm run example -- metagraph
import { referencePreset } from 'subnetkit/chain'
import { YumaConsensus } from 'subnetkit/engine'
import { epochParamsFrom, type Hyperparameters } from 'subnetkit/ledger'
import { epochInputFrom, mainnetSubnet15 } from 'subnetkit/metagraph'
import { drawBars } from '../support/bars.js'
import { keepPage, pageOf } from '../support/page.js'

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

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`

const majorities = [
  { of: 'a third', miners: best({ kappaU16: 21_845 }) },
  { of: 'half', miners: best({ kappaU16: 32_767 }) },
  { of: 'two thirds', miners: best({ kappaU16: 43_690 }) },
]
for (const { of, miners } of majorities) {
  console.log(
    `Majority of ${of}: ${miners.map(({ uid, share }) => `uid ${uid} ${percent(share)}`).join(', ')}`,
  )
}

const [largest] = metagraph.rows().sort((a, b) => (a.stakeAlpha < b.stakeAlpha ? 1 : -1))
console.log(`Most stake: ${JSON.stringify(largest)}`)

const uids = [...new Set(majorities.flatMap(({ miners }) => miners.map(({ uid }) => uid)))]
const title = 'Who would earn most on a real subnet'
const picture = drawBars({
  title,
  says: `Share of what miners earn; the first ${SHOWN} under each majority`,
  rows: uids.map((uid) => ({ name: `uid ${uid}` })),
  panels: majorities.map(({ of, miners }) => ({
    heading: `majority of ${of}`,
    values: uids.map((uid) => miners.find((miner) => miner.uid === uid)?.share ?? 0),
  })),
  shown: (share) => (share === 0 ? 'not among them' : percent(share)),
})
const how = `Consensus on the ${metagraph.n} neurons of subnet ${metagraph.netuid} of the main network, with three settings of kappa.`
keepPage('metagraph', pageOf({ title, how, body: picture }))
