import { type EpochInput, type EpochParams, runEpoch } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { checkEpochInput } from '../checks.js'
import { itemAt } from '../itemAt.js'
import { WasmEpoch } from '../wasm/WasmEpoch.js'
import { readInput, resultMemory, writeOutput } from './layout.js'
import { readPlace, setNeededBonds } from './places.js'
import { type BatchWork, BY_PLAIN, BY_WASM, type SharedBatch, sharedMemory } from './sharedBatch.js'

/** What one run shares besides the batch. */
export interface BatchOrder {
  readonly batch: SharedBatch
  /** Counters of all threads. */
  readonly control: Int32Array
  /** Subnets that a thread takes at once. */
  readonly chunk: number
  /** Subnets between reports: each costs a message. */
  readonly reportEvery: number
}

/** Positions in the control array, each on a cache line of its own, so that threads do not wait for each other's writes. */
const NEXT = 0
const DONE = 16
/** Subnets from here on are left alone. */
const LIMIT = 32
/** Subnets before this one are laid in place. */
const READY = 48
/** Grows with every change of LIMIT and READY: what a thread waits on, so that no change goes unseen between a look and a wait. */
const CHANGES = 64
const CONTROL_LENGTH = 80

/** The limit of a run that was stopped: below every subnet, so that it is never taken for one that was refused. */
const STOPPED = -1

const MAX_CHUNK = 16
/** Inputs that come in while threads compute are few at a time. */
const STREAMED_CHUNK = 2
/** Reports per threads' worth of streamed subnets; each lets more come in. */
const STREAMED_REPORT = 8
/** Chunks per thread at the least: the last ones even out what the threads have left to do. */
const MIN_CHUNKS = 32

export function newOrder(
  { shared, isStreamed }: BatchWork,
  threads: number,
  progressSteps: number,
): BatchOrder {
  const control = new Int32Array(sharedMemory(4 * CONTROL_LENGTH))
  control[LIMIT] = shared.count
  const chunk = Math.floor(shared.count / (Math.max(1, threads) * MIN_CHUNKS))
  const step = progressSteps === 0 ? shared.count : Math.max(1, Math.floor(shared.count / progressSteps))
  return {
    batch: shared,
    control,
    chunk: isStreamed ? STREAMED_CHUNK : Math.min(MAX_CHUNK, Math.max(1, chunk)),
    reportEvery: isStreamed ? Math.min(STREAMED_REPORT, step) : step,
  }
}

/** The same run once more, for subnets that it left; those that are refused keep the others behind them from being computed. */
export function restart({ control, batch }: BatchOrder): void {
  control[NEXT] = 0
  control[DONE] = batch.computed.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0)
}

/** Subnets before this one may be computed; wakes the threads that wait for it. */
export function setReady({ control }: BatchOrder, ready: number): void {
  if (Atomics.exchange(control, READY, ready) !== ready) wake(control)
}

/** Lets every thread stop after the subnet it is computing. */
export function stopRun({ control }: BatchOrder): void {
  Atomics.store(control, LIMIT, STOPPED)
  wake(control)
}

/**
 * The first subnet that could not be computed; `undefined` when none was refused, or the run was stopped. Once no thread works on
 * the order any more.
 */
export function firstRefused({ batch, control }: BatchOrder): number | undefined {
  const limit = Atomics.load(control, LIMIT)
  return limit === STOPPED || limit === batch.count ? undefined : limit
}

function wake(control: Int32Array): void {
  Atomics.add(control, CHANGES, 1)
  Atomics.notify(control, CHANGES)
}

/**
 * A function that takes the next subnet by the shared counter and computes it; false when none is left or the run is stopped.
 *
 * A subnet that is refused ends the run for those behind it, and only for those: the first refused one is the same in every run.
 *
 * @param report - called with how many are done in all threads; also before a thread waits for inputs, and when it takes no more.
 */
export function subnetTaker(order: BatchOrder, report: (done: number) => void): () => boolean {
  const { batch, control, chunk, reportEvery } = order
  const compute = subnetComputer(batch)
  let next = 0
  let end = 0
  return () => {
    if (next === end) {
      next = Atomics.add(control, NEXT, chunk)
      end = next + chunk
    }
    while (next < Atomics.load(control, LIMIT) && next >= Atomics.load(control, READY)) {
      const changes = Atomics.load(control, CHANGES)
      report(Atomics.load(control, DONE))
      // Both are looked at again: what changes from here on ends the wait. Where there is one thread only, it has just laid
      // inputs in place itself, and may not wait.
      if (next < Atomics.load(control, LIMIT) && next >= Atomics.load(control, READY)) {
        Atomics.wait(control, CHANGES, changes)
      }
    }
    if (next >= Atomics.load(control, LIMIT)) {
      // Others may wait for the place of what this thread computed last.
      report(Atomics.load(control, DONE))
      return false
    }
    const k = next++
    if (batch.computed[k] !== 0) return true
    const answer = compute(k)
    if (answer === 'refused') lowerLimit(control, k)
    if (answer !== 'computed') return true
    const done = Atomics.add(control, DONE, 1) + 1
    if (done % reportEvery === 0 || done === batch.count) report(done)
    return true
  }
}

function lowerLimit(control: Int32Array, k: number): void {
  for (let limit = Atomics.load(control, LIMIT); k < limit; ) {
    const seen = Atomics.compareExchange(control, LIMIT, limit, k)
    if (seen === limit) break
    limit = seen
  }
  wake(control)
}

/** Computes single subnets, straight into their places. */
function subnetComputer(batch: SharedBatch): (k: number) => 'computed' | 'refused' | 'without room' {
  const engines: WasmEpoch[] = []
  return (k) => {
    const place = readPlace(batch.places, k)
    const params = itemAt(batch.params, place.params)
    const input = readInput(batch.segments, place)
    const memory = resultMemory(batch.segments, place)
    const finished = (bonds: number, by: number): 'computed' | 'without room' => {
      if (bonds > place.resultBonds) {
        setNeededBonds(batch.places, k, bonds)
        return 'without room'
      }
      Atomics.store(batch.computed, k, by)
      return 'computed'
    }
    if (batch.engine === 'wasm') {
      let engine = engines[place.params]
      if (engine === undefined) {
        engine = new WasmEpoch(params, 'auto')
        engines[place.params] = engine
      }
      if (engine.compute(input) === null) return finished(engine.copyTo(place.n, memory), BY_WASM)
    }
    const output = plainOutput(input, params)
    return output === null ? 'refused' : finished(writeOutput(memory, place.n, output), BY_PLAIN)
  }
}

function plainOutput(input: EpochInput, params: EpochParams): ReturnType<typeof runEpoch> | null {
  try {
    checkEpochInput(input)
  } catch (error) {
    if (error instanceof InvalidArgumentError) return null
    throw error
  }
  return runEpoch(input, params)
}
