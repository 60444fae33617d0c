// The program of a thread of `EpochPool`. The build bundles it, with the engine, into one text: `workerProgram.js`.
import { parentPort } from 'node:worker_threads'
import type { SharedBatch } from './EpochBatch.js'
import { subnetTaker } from './subnetTaker.js'

/** What a thread is asked for. */
export interface BatchOrder {
  readonly batch: SharedBatch
  readonly control: Int32Array
}

/** What a thread says: how far all of them are, or that it takes no more subnets. */
export type BatchReport = { readonly kind: 'progress'; readonly done: number } | { readonly kind: 'finished' }

const say = (report: BatchReport): void => parentPort!.postMessage(report)

parentPort!.on('message', ({ batch, control }: BatchOrder) => {
  const take = subnetTaker(batch, control, (done) => say({ kind: 'progress', done }))
  while (take());
  say({ kind: 'finished' })
})
