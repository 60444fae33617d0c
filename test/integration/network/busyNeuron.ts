import { runNeuronProcess } from '../../../src/network/index.js'
import { Sums } from './sums.js'

// A miner that throws, or one that says it is up and then never lets its own thread go.
await runNeuronProcess({
  miner(self) {
    if (self.options === 'spins') {
      process.stdout.write('spinning\n')
      for (;;);
    }
    return {
      mechanism: new Sums(),
      answer: () => {
        throw new TypeError('no answer from me')
      },
    }
  },
})
