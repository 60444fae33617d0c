import { runNeuronProcess } from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { rent, Shop, spell } from '../../unit/neuron/customers/Shop.js'

/** Miners that rent and spell, and validators through which customers may ask them. */
await runNeuronProcess({
  miner: () => ({
    answers: [
      answerTo(rent, (hours, { signal }) =>
        hours >= 0
          ? { lease: hours }
          : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ),
      answerTo(spell, async function* (word) {
        yield* word
      }),
    ],
  }),
  validator: () => ({ mechanism: new Shop({}, 1, 40), customers: {} }),
})
