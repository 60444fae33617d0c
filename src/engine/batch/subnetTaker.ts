import { type EpochInput, type EpochParams, runEpoch } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { checkEpochInput } from '../checks.js'
import { WasmEpoch } from '../wasm/WasmEpoch.js'
import { readInput, readPlace, resultMemory, writeOutput } from './layout.js'
import { BY_PLAIN, BY_WASM, type SharedBatch, sharedMemory } from './sharedBatch.js'

/** What one run shares besides the batch. */
export interface BatchOrder {
  readonly batch: SharedBatch
  /** Counters of all threads. */
  readonly control: Int32Array
  /** Subnets that a thread takes at once. */
  readonly chunk: number
  /** Reports of progress per run: each costs a message. */
  readonly progressSteps: number
}

/** Positions in the control array, each on a cache line of its own, so that threads do not wait for each other's writes. */
const NEXT = 0
const DONE = 16
/** Subnets from here on are left alone. */
const LIMIT = 32
const CONTROL_LENGTH = 48

const MAX_CHUNK = 16
/** Chunks per thread at the least: the last ones even out what the threads have left to do. */
const MIN_CHUNKS = 32

export function newOrder(batch: SharedBatch, threads: number, progressSteps: number): BatchOrder {
  const control = new Int32Array(sharedMemory(4 * CONTROL_LENGTH))
  control[LIMIT] = batch.count
  const chunk = Math.floor(batch.count / (Math.max(1, threads) * MIN_CHUNKS))
  return { batch, control, chunk: Math.min(MAX_CHUNK, Math.max(1, chunk)), progressSteps }
}

/** Lets every thread stop after the subnet it is computing. */
export function stopRun({ control }: BatchOrder): void {
  Atomics.store(control, LIMIT, 0)
}

/** The first subnet that could not be computed; `undefined` when all were. Once no thread works on the order any more. */
export function firstRefused({ batch, control }: BatchOrder): number | undefined {
  const limit = Atomics.load(control, LIMIT)
  return limit < batch.count ? limit : undefined
}

/**
 * A function that takes the next subnet by the shared counter and computes it; false when none is left or the run is stopped.
 *
 * A subnet that is refused ends the run for those behind it, and only for those: the first refused one is the same in every run.
 *
 * @param report - called with how many are done in all threads.
 */
export function subnetTaker(order: BatchOrder, report: (done: number) => void): () => boolean {
  const { batch, control, chunk, progressSteps } = order
  const compute = subnetComputer(batch)
  const step = progressSteps === 0 ? batch.count + 1 : Math.max(1, Math.floor(batch.count / progressSteps))
  let next = 0
  let end = 0
  return () => {
    if (next === end) {
      next = Atomics.add(control, NEXT, chunk)
      end = next + chunk
    }
    if (next >= Atomics.load(control, LIMIT)) return false
    const k = next++
    if (!compute(k)) {
      lowerLimit(control, k)
      return true
    }
    const done = Atomics.add(control, DONE, 1) + 1
    if (done % step === 0 || (done === batch.count && progressSteps > 0)) report(done)
    return true
  }
}

function lowerLimit(control: Int32Array, k: number): void {
  for (let limit = Atomics.load(control, LIMIT); k < limit; ) {
    const seen = Atomics.compareExchange(control, LIMIT, limit, k)
    if (seen === limit) return
    limit = seen
  }
}

/** Computes single subnets, straight into their places; false for one whose input is wrong. */
function subnetComputer(batch: SharedBatch): (k: number) => boolean {
  const engines: WasmEpoch[] = []
  return (k) => {
    const place = readPlace(batch.places, k)
    const params = batch.params[place.params]!
    const segment = batch.segments[place.segment]!
    const input = readInput(segment, place)
    const memory = resultMemory(segment, place)
    if (batch.engine === 'wasm') {
      engines[place.params] ??= new WasmEpoch(params, 'auto')
      const engine = engines[place.params]!
      if (engine.compute(input) === null) {
        engine.copyTo(place.n, memory)
        batch.computed[k] = BY_WASM
        return true
      }
    }
    const output = plainOutput(input, params)
    if (output === null) return false
    writeOutput(memory, place.n, output)
    batch.computed[k] = BY_PLAIN
    return true
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
