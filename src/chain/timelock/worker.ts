// The program of a thread of `TimelockThreads`. The build bundles it, with the curve's arithmetic, into one text: `workerProgram.js`.
import { parentPort } from 'node:worker_threads'
import { decryptTimelock } from '../../timelock/index.js'
import type { TimelockOrder } from './TimelockThreads.js'

parentPort?.on('message', ({ id, containers }: TimelockOrder) => {
  parentPort?.postMessage({
    id,
    texts: containers.map(({ container, pulse }) => decryptTimelock(container, pulse)),
  })
})
