import { MESSAGE_KEY } from './processProtocol.js'

/** How often a child looks whether its parent is still there. */
const LOOK_MS = 200

/** Watches from a thread of its own: the child's own thread may be in a loop that never ends. Runs in every child, as text. */
const WATCH = `
const { workerData } = require('node:worker_threads')
const never = new Int32Array(new SharedArrayBuffer(4))
while (process.ppid === workerData) Atomics.wait(never, 0, 0, ${LOOK_MS})
process.kill(process.pid, 'SIGKILL')
`

/**
 * What runs in a child before its module: it ends the child with its parent, whatever the child is doing then, and tells the parent
 * what the child dies of.
 *
 * @returns a flag of Node. Flags reach a child's own children too, so it takes itself out of them.
 */
export function childProgram(parentPid: number): string {
  const program = `
import { isMainThread, Worker } from 'node:worker_threads'
if (isMainThread) {
  process.execArgv = process.execArgv.filter((flag) => !flag.startsWith('--import=data:text/javascript,%0Aimport%20%7B%20isMainThread'))
  if (process.ppid !== ${parentPid}) process.kill(process.pid, 'SIGKILL')
  new Worker(${JSON.stringify(WATCH)}, { eval: true, execArgv: [], env: {}, workerData: ${parentPid} }).unref()
  process.on('uncaughtExceptionMonitor', (thrown) => {
    const isError = thrown instanceof Error
    const message = isError ? thrown.message : String(thrown)
    const name = isError ? thrown.name : 'Error'
    const stack = isError && thrown.stack !== undefined ? thrown.stack : message
    if (process.connected) process.send({ ${MESSAGE_KEY}: { type: 'failed', error: { name, message, stack } } }, undefined, undefined, () => {})
  })
}
`
  return `--import=data:text/javascript,${encodeURIComponent(program)}`
}
