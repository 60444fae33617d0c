import { z } from 'zod'
import { runNeuronProcess } from '../../../src/network/index.js'
import { rightSum, Sums } from './sums.js'

const options = z.object({ error: z.number() })
const judging = z.object({ answerTimeoutMs: z.number() }).partial().optional()

await runNeuronProcess<number[], number>({
  miner(self) {
    const { error } = options.parse(self.options)
    return { mechanism: new Sums(), answer: (task) => rightSum(task) + error }
  },
  validator: (self) => ({ mechanism: new Sums(judging.parse(self.options)?.answerTimeoutMs) }),
})
