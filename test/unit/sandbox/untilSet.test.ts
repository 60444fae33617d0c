import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { untilSet } from '../../../src/sandbox/javascript/untilSet.js'

/** Wakes whoever waits, some times for nothing and then because the flag is set. */
const waker = `
const { parentPort, workerData: { flag, count } } = require('node:worker_threads')
parentPort.postMessage('ready')
let woken = 0
while (woken < 3) woken += Atomics.notify(flag, 0)
Atomics.store(count, 0, woken)
Atomics.store(flag, 0, 1)
Atomics.notify(flag, 0)
`

test('a thread that is woken before its flag is set sleeps on', async () => {
  const [flag, count] = [new Int32Array(new SharedArrayBuffer(4)), new Int32Array(new SharedArrayBuffer(4))]
  const worker = new Worker(waker, { eval: true, workerData: { flag, count } })
  await once(worker, 'message')
  untilSet(flag)
  expect([flag[0], count[0]]).toEqual([1, 3])
  await once(worker, 'exit')
})

test('a flag that is set already is not waited for', () => {
  untilSet(new Int32Array(new SharedArrayBuffer(4)).fill(1))
})
