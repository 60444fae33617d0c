import { sleep } from '../../../src/clock/index.js'
import { runNeuronProcess } from '../../../src/network/index.js'
import { rightSum, Sums } from './sums.js'

// A miner that throws, one that says it is up and then never lets its own thread go, or one whose first answer takes a second.
await runNeuronProcess<number[], number>({
  miner(self) {
    if (self.options === 'spins') {
      process.stdout.write('spinning\n')
      for (;;);
    }
    let isFirst = true
    if (self.options === 'wakes slowly') {
      return {
        mechanism: new Sums(),
        async answer(task) {
          if (isFirst) await sleep(self.clock, 1_000)
          isFirst = false
          return rightSum(task)
        },
      }
    }
    return {
      mechanism: new Sums(),
      answer: () => {
        throw new TypeError('no answer from me')
      },
    }
  },
})
