// The program of a thread of `EpochPool`. The build bundles it, with the engine, into one text: `workerProgram.js`.
import { parentPort } from 'node:worker_threads'
import { adoptModule } from '../wasm/loadModule.js'
import { type BatchOrder, subnetTaker } from './subnetTaker.js'

/** What a thread says: how far all of them are, or that it takes no more subnets. */
export type BatchReport = { readonly kind: 'progress'; readonly done: number } | { readonly kind: 'finished' }

const say = (report: BatchReport): void => parentPort?.postMessage(report)

parentPort?.on('message', (order: BatchOrder) => {
  if (order.batch.module !== null) adoptModule(order.batch.module)
  const take = subnetTaker(order, (done) => say({ kind: 'progress', done }))
  while (take());
  say({ kind: 'finished' })
})
