import { fileValidatorStore } from '../../../src/neuron/index.js'

// Saves as fast as it can until it is killed: each value is one byte, repeated.
const store = fileValidatorStore(process.argv[2]!)
for (let round = 0; ; round++) {
  await store.save(new Uint8Array(200_000).fill(round % 256))
  if (round === 0) process.stdout.write('saved\n')
}
