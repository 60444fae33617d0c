import { runNeuronProcess } from '../../../src/network/index.js'
import { Programs, program } from './programs.js'

/** A miner that commits to the source it is told, and a validator that runs it. */
await runNeuronProcess({
  miner: ({ options }) => ({ artefacts: program(options as string) }),
  validator: () => ({ mechanism: new Programs() }),
})
