import { sleep } from '../../../src/clock/index.js'
import { runNeuronProcess } from '../../../src/network/index.js'
import { rightSum, Sums } from './sums.js'

// A miner that throws, one that dies of its first task, one without a function, one that says it is up and then never lets its own thread go, or one whose first answer takes four seconds.
await runNeuronProcess<number[], number>({
  miner(self) {
    if (self.options === 'spins') {
      process.stdout.write('spinning\n')
      for (;;);
    }
    if (self.options === 'dies') return { mechanism: new Sums(), answer: () => self.die() as never }
    if (self.options === 'answers by no function') return { mechanism: new Sums(), answer: 7 as never }
    let isFirst = true
    if (self.options === 'wakes slowly') {
      return {
        mechanism: new Sums(),
        async answer(task) {
          if (isFirst) await sleep(self.clock, 4_000)
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
