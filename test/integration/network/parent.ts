import { ProcessNetwork } from '../../../src/network/index.js'

// Starts a network, says which processes it made, and then only waits to be killed.
const [module, nodeOptions = '', flags] = process.argv.slice(2) as [string, string?, string?]
if (nodeOptions !== '') process.env.NODE_OPTIONS = nodeOptions
const network = await ProcessNetwork.start({
  ...(flags === 'inherits' ? {} : { execArgv: [] }),
  blockMs: 50,
  neurons: [
    { name: 'good', role: 'miner', module, options: { error: 0 } },
    { name: 'judge', role: 'validator', module },
  ],
})
process.stdout.write(`${JSON.stringify(['good', 'judge'].map((name) => network.pidOf(name)))}\n`)
for await (const _ of network.epochs());
