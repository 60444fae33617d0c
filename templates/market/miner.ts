// The first honest miner of the market by hand: joins the subnet of a running `subnetkit localnet`. `--help` tells its options.
import { market } from './__MARKET__/market.js'
import { runProgram } from './commandLine.js'
import { joinMiner } from './support/joinMiner.js'

const honest = market.miners.find(({ is }) => is === 'honest')
if (honest === undefined) throw new Error('The market has no honest miner.')

const does = `A miner by hand: ${honest.name}. Joins the subnet of a running \`subnetkit localnet\` and answers until Ctrl-C.`
await runProgram(
  { role: 'miner', account: '//Bob', does },
  async ({ chain, netuid, coldkey, hotkey, stop }) => {
    const mechanism = market.mechanism({ without: [] })
    const miner = await joinMiner(honest, { mechanism, seed: market.name, chain, netuid, coldkey, hotkey })
    const { host, port } = miner.axon.address
    console.log(`Miner ${miner.hotkey} answers at ${host}:${port}.`)

    stop.addEventListener('abort', () => void miner.stop())
    if (stop.aborted) await miner.stop()
    await miner.done
    console.log('The miner has stopped.')
  },
)
