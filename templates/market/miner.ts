// The first honest miner of the market by hand: joins the subnet of a running `subnetkit localnet`. `--help` tells its options.
import { systemClock } from 'subnetkit/clock'
import { Miner } from 'subnetkit/neuron'
import { market } from './__MARKET__/market.js'
import { runProgram } from './commandLine.js'
import { minerWork } from './support/minerWork.js'

const honest = market.miners.find(({ is }) => is === 'honest')
if (honest === undefined) throw new Error('The market has no honest miner.')

const does = `A miner by hand: ${honest.name}. Joins the subnet of a running \`subnetkit localnet\` and answers until Ctrl-C.`
await runProgram(
  { role: 'miner', account: '//Bob', does },
  async ({ chain, netuid, coldkey, hotkey, stop }) => {
    const self = { name: honest.name, hotkey: hotkey.hotkey, clock: systemClock, die: () => process.exit(1) }
    const work = await minerWork(honest, market.mechanism({ without: [] }), self, market.name)
    const miner = await Miner.join({ ...work, chain, netuid, coldkey, signer: hotkey })
    const { host, port } = miner.axon.address
    console.log(`Miner ${miner.hotkey} answers at ${host}:${port}.`)

    stop.addEventListener('abort', () => void miner.stop())
    if (stop.aborted) await miner.stop()
    await miner.done
    console.log('The miner has stopped.')
  },
)
