import { z } from 'zod'
import { runNeuronProcess } from '../../../src/network/index.js'
import { rightSum, Sums } from './sums.js'

const options = z.object({ error: z.number() })

await runNeuronProcess({
  miner(self) {
    const { error } = options.parse(self.options)
    return { mechanism: new Sums(), answer: (task) => rightSum(task) + error }
  },
  validator: () => ({ mechanism: new Sums() }),
})
