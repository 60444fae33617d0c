import { ProcessNetwork } from '../../../src/network/index.js'

// Starts a neuron that never gets ready, says which process that is, and waits to be killed.
let pid = 0
await ProcessNetwork.start({
  execArgv: [],
  blockMs: 50,
  neurons: [{ name: 'busy', role: 'miner', module: process.argv[2]!, options: 'spins' }],
  onEvent(event) {
    if (event.type === 'started') pid = event.pid
    else if (event.type === 'line' && event.line === 'spinning') process.stdout.write(`${pid}\n`)
  },
})
