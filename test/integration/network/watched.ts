import { Monitor, MonitorServer } from '../../../src/monitor/index.js'
import { runNeuronProcess } from '../../../src/network/index.js'
import { rightSum, Sums } from './sums.js'

await runNeuronProcess({
  miner: () => ({ mechanism: new Sums(), answer: rightSum }),
  validator: () => ({ mechanism: new Sums() }),
  async watch(parts, { name }) {
    const monitor = await Monitor.create()
    monitor.watch(name, parts)
    const { url } = await MonitorServer.start({ monitor })
    process.stdout.write(`metrics at ${url}\n`)
  },
})
