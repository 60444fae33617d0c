import { runNeuronProcess } from '../../../src/network/index.js'
import { powers, Squares } from './squares.js'

/** Miners of a mechanism with steps, which has no synapse of its own. */
await runNeuronProcess({
  miner: ({ options }) => ({ answers: powers(options as number) }),
  validator: () => ({ mechanism: new Squares() }),
})
