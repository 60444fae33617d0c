import type { EpochOutput } from '../../consensus/index.js'
import { assertKnown } from '../checks.js'
import type { BatchSubnet, EpochBatchOptions } from './checkBatch.js'
import { type BatchRunOptions, EpochPool, type EpochPoolOptions } from './EpochPool.js'
import { StreamedBatch } from './StreamedBatch.js'

const OPTIONS = ['engine', 'maxBytes', 'workers', 'memoryLimitMb', 'clock', 'signal', 'onProgress']

/** What `epochBatch` takes: the options of the batch, of the pool and of the run. */
export interface EpochBatchRunOptions extends EpochBatchOptions, EpochPoolOptions, BatchRunOptions {}

/**
 * Computes one epoch of many subnets at once, on threads over shared memory; results in the order of the subnets, the same
 * whatever the number of threads.
 *
 * For many epochs of the same subnets, keep an `EpochBatch` and an `EpochPool`: inputs and threads stay where they are.
 *
 * @throws InvalidArgumentError naming the subnet and the field (`subnets[3].input.lastUpdate[0]`), or an option.
 * @throws ThreadsUnavailableError when threads are asked for where there are none, as in a browser.
 * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
 * @throws AbortedError when the signal ended it; no thread is left.
 * @throws EpochWorkerError when a thread ended on its own; no other is left.
 * PERF: the calling thread copies each input in shortly before a thread computes it, through a few MiB, and is free in between;
 * inputs must not change meanwhile. Results are views on one shared piece of memory, and one kept result keeps all of it. `raw.bonds` are
 * computed when they are read, from the input as it is then.
 *
 * @example
 * ```ts
 * import { epochBatch } from 'subnetkit/engine'
 * import type { EpochInput, EpochParams } from 'subnetkit/consensus'
 *
 * // One network under many majorities, on every processor.
 * async function sweep(input: EpochInput, params: EpochParams): Promise<Uint16Array[]> {
 *   const kappas = Array.from({ length: 100 }, (_, k) => 20_000 + 200 * k)
 *   const subnets = kappas.map((kappaU16) => ({ input, params: { ...params, kappaU16 } }))
 *   const outputs = await epochBatch(subnets)
 *   return outputs.map(({ incentiveU16 }) => incentiveU16)
 * }
 * ```
 */
export async function epochBatch(
  subnets: readonly BatchSubnet[],
  options: EpochBatchRunOptions = {},
): Promise<EpochOutput[]> {
  assertKnown(options, 'options', OPTIONS)
  const { signal, onProgress, engine, maxBytes, ...threads } = options
  const batch = new StreamedBatch(subnets, given({ engine, maxBytes }))
  await using pool = await EpochPool.start(threads)
  await pool.run(batch, given({ signal, onProgress }))
  return subnets.map((_, k) => batch.output(k))
}

/** Options without those that were not given: an undefined one is no option. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
