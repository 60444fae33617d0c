// A miner by hand. `--help` tells its options and how to run it.
import { Miner } from 'subnetkit/neuron'
import { runProgram } from './commandLine.js'
import { factorise } from './factorise.js'
import { Factorising } from './subnet.js'

const does = 'A miner by hand: joins the subnet of a running `subnetkit localnet` and answers until Ctrl-C.'
await runProgram(
  { role: 'miner', account: '//Bob', does },
  async ({ chain, netuid, coldkey, hotkey, stop }) => {
    const miner = await Miner.join({
      chain,
      netuid,
      coldkey,
      signer: hotkey,
      mechanism: new Factorising(),
      answer(task) {
        const answer = factorise(task)
        console.log(`${task.n} = ${answer.factors.join(' x ')}`)
        return answer
      },
    })
    const uid = await chain.query('uid', { netuid, hotkey: miner.hotkey })
    const { host, port } = miner.axon.address
    console.log(`Miner ${miner.hotkey} has uid ${uid} on subnet ${netuid} and answers at ${host}:${port}.`)

    stop.addEventListener('abort', () => void miner.stop())
    if (stop.aborted) await miner.stop()
    await miner.done
    console.log('The miner has stopped.')
  },
)
