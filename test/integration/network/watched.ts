import { Monitor, MonitorServer } from '../../../src/monitor/index.js'
import { runNeuronProcess } from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { answerSlowly, slow } from './slow.js'
import { rightSum, Sums } from './sums.js'

await runNeuronProcess({
  miner: () => ({
    mechanism: new Sums(),
    answer: rightSum,
    answers: [answerTo(slow, answerSlowly, { blacklist: () => false })],
    axon: { limits: { maxRunning: 1, maxQueued: 2 } },
  }),
  validator: () => ({ mechanism: new Sums() }),
  async watch(parts, { name }) {
    const monitor = await Monitor.create()
    monitor.watch(name, parts)
    const { url } = await MonitorServer.start({ monitor })
    process.stdout.write(`metrics at ${url}\n`)
  },
})
