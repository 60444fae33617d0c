import { assert } from '../../errors/index.js'
import { YumaConsensus } from '../YumaConsensus.js'
import type { SharedBatch } from './EpochBatch.js'
import { readInput, readPlace, writeOutput } from './layout.js'

/** Counters that all threads of a run share, as positions in its control array. */
const NEXT = 0
const DONE = 1
const STOP = 2
const CONTROL_LENGTH = 3

/** Reports of progress per run: more would only cost. */
const PROGRESS_STEPS = 100

/** What one run shares besides the batch. */
export function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH))
}

/** Lets every thread stop after the subnet it is computing. */
export function stopRun(control: Int32Array): void {
  Atomics.store(control, STOP, 1)
}

/**
 * A function that takes the next subnet by the shared counter and computes it; false when none is left or the run is stopped.
 *
 * @param report - called with how many are done in all threads, about a hundred times per run.
 */
export function subnetTaker(
  batch: SharedBatch,
  control: Int32Array,
  report: (done: number) => void,
): () => boolean {
  const compute = subnetComputer(batch)
  const step = Math.max(1, Math.floor(batch.count / PROGRESS_STEPS))
  return () => {
    if (Atomics.load(control, STOP) === 1) return false
    const k = Atomics.add(control, NEXT, 1)
    if (k >= batch.count) return false
    compute(k)
    const done = Atomics.add(control, DONE, 1) + 1
    if (done % step === 0 || done === batch.count) report(done)
    return true
  }
}

/** Computes single subnets; keeps one engine per set of parameters. */
function subnetComputer(batch: SharedBatch): (k: number) => void {
  const engines: YumaConsensus[] = []
  return (k) => {
    const place = readPlace(batch.places, k)
    engines[place.params] ??= new YumaConsensus(batch.params[place.params]!)
    const segment = batch.segments[place.segment]!
    const output = engines[place.params]!.run(readInput(segment, place))
    assert(writeOutput(segment, place, output), `the bonds of subnet ${k} outgrow what an epoch can leave`)
    batch.computed[k] = 1
  }
}
