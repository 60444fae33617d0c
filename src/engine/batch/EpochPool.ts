import type { Worker } from 'node:worker_threads'
import { assertMade, check, clock as clockCheck, func, made, optional, signal } from '../../checks/index.js'
import { type Clock, onAbort, sleep, systemClock } from '../../clock/index.js'
import { AbortedError, InvalidArgumentError } from '../../errors/index.js'
import { assertKnown, refuse } from '../checks.js'
import { EpochBatch } from './EpochBatch.js'
import { EpochWorkerError } from './EpochWorkerError.js'
import { StreamedBatch } from './StreamedBatch.js'
import type { BatchWork } from './sharedBatch.js'
import { defaultWorkers, startThreads } from './startThreads.js'
import {
  type BatchOrder,
  firstRefused,
  newOrder,
  restart,
  setReady,
  stopRun,
  subnetTaker,
} from './subnetTaker.js'
import type { BatchReport } from './worker.js'

const OPTIONS = ['workers', 'memoryLimitMb', 'clock']
const RUN_OPTIONS = ['signal', 'onProgress']

/** Which threads a pool has. */
export interface EpochPoolOptions {
  /** Threads, at most 64; 0 computes in the calling thread. One per processor unless given, 0 where threads cannot be had. */
  readonly workers?: number
  /** Most heap that each thread may take, in MiB, at least 4; the runtime's own limit unless given. Memory of the batch does not count. */
  readonly memoryLimitMb?: number
  /** Held while threads work, so that virtual time does not pass meanwhile; the system clock unless given. */
  readonly clock?: Clock
}

/** How far a run is. */
export interface BatchProgress {
  readonly done: number
  readonly total: number
}

/** What a run takes. */
export interface BatchRunOptions {
  /** Ends the run after the subnets that are being computed. */
  readonly signal?: AbortSignal
  /** Called about a hundred times per run, `done` growing, and last with `done` equal to `total`. */
  readonly onProgress?: (progress: BatchProgress) => void
}

const MAX_WORKERS = 64
/** With less, newer runtimes cannot even start a thread, and end the whole process. */
const MIN_MEMORY_MB = 4
const MAX_MEMORY_MB = 65_536
/** Reports of progress per run: more would only cost. */
const PROGRESS_STEPS = 100
/** Without threads, how long the calling thread computes before others have a turn. */
const TURN_MS = 10

/**
 * Threads that compute batches of epochs, kept from one batch to the next.
 *
 * Results do not depend on the number of threads: every subnet is computed whole by one of them, as `YumaConsensus` does it.
 *
 * @example
 * ```ts
 * import { type BatchSubnet, EpochBatch, EpochPool } from 'subnetkit/engine'
 *
 * async function incentives(subnets: readonly BatchSubnet[]): Promise<Uint16Array[]> {
 *   await using pool = await EpochPool.start({ workers: 2 })
 *   const batch = new EpochBatch(subnets)
 *   await pool.run(batch)
 *   return subnets.map((_, k) => batch.output(k).incentiveU16)
 * }
 * ```
 */
export class EpochPool implements AsyncDisposable {
  readonly #threads: readonly Worker[]
  readonly #clock: Clock
  /** The run in progress; the next one starts when it is over. */
  #last: Promise<unknown> = Promise.resolve()
  /** Why nothing runs any more, once that is so. */
  #ended: EpochWorkerError | 'closed' | undefined
  #failRun: ((error: unknown) => void) | undefined

  private constructor(mark: typeof made, threads: readonly Worker[], clock: Clock) {
    assertMade(mark, 'EpochPool', 'await EpochPool.start()')
    this.#threads = threads
    this.#clock = clock
    for (const thread of threads) {
      thread.on('error', (cause) => void this.#end(new EpochWorkerError({ cause })))
      thread.on('exit', () => void this.#end(new EpochWorkerError()))
    }
  }

  /**
   * Starts the threads.
   *
   * @throws InvalidArgumentError naming the option that is wrong.
   * @throws ThreadsUnavailableError when threads are asked for where there are none, as in a browser.
   * PERF: a few milliseconds here; the threads start meanwhile, and take over the engine as the calling thread has compiled it.
   */
  static async start(options: EpochPoolOptions = {}): Promise<EpochPool> {
    assertKnown(options, 'options', OPTIONS)
    const { memoryLimitMb, clock = systemClock } = options
    check('options.clock', clockCheck, clock)
    const { workers = Math.min(MAX_WORKERS, defaultWorkers()) } = options
    assertInteger('options.workers', workers, 0, MAX_WORKERS)
    if (memoryLimitMb !== undefined)
      assertInteger('options.memoryLimitMb', memoryLimitMb, MIN_MEMORY_MB, MAX_MEMORY_MB)
    return new EpochPool(made, await startThreads(workers, memoryLimitMb), clock)
  }

  /** How many threads there are. */
  get workers(): number {
    return this.#threads.length
  }

  /**
   * Computes every subnet of a batch; `batch.output(k)` holds the results afterwards. Runs of one pool follow one
   * another.
   *
   * @throws InvalidArgumentError naming the first subnet and field that is wrong (`subnets[3].input.lastUpdate[0]`); those
   *   before it are computed. Also when the pool is closed, when another pool runs the batch, or naming `options.maxBytes` when
   *   bonds have become more than there is room for.
   * @throws AbortedError when the signal ended the run; no thread works on it any more, and subnets already computed are there.
   * @throws EpochWorkerError when a thread ended on its own, now or before; no thread of the pool is left by then.
   */
  async run(batch: EpochBatch | StreamedBatch, options: BatchRunOptions = {}): Promise<void> {
    if (!(batch instanceof EpochBatch || batch instanceof StreamedBatch))
      refuse('batch', batch, 'Pass an EpochBatch.')
    checkRunOptions(options)
    const run = this.#last.then(() => this.#runNow(batch.work, options))
    this.#last = run.catch(() => {})
    return await run
  }

  /** Ends the threads; a run in progress fails. Closing twice does nothing. */
  async close(): Promise<void> {
    await this.#end('closed')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #runNow(batch: BatchWork, { signal, onProgress }: BatchRunOptions): Promise<void> {
    if (this.#ended !== undefined) throw this.#endedError()
    if (signal?.aborted) throw abortedBy(signal)
    const { shared } = batch
    batch.startRun()
    const order = newOrder(batch, this.workers, onProgress === undefined ? 0 : PROGRESS_STEPS)
    const unlisten = signal && onAbort(signal, () => stopRun(order))
    const step = Math.max(1, Math.floor(shared.count / PROGRESS_STEPS))
    let reported = 0
    const report = (done: number): void => {
      setReady(order, batch.feed())
      // Threads overtake one another on the way here.
      if (done <= reported || (done < reported + step && done < shared.count)) return
      reported = done
      onProgress?.({ done, total: shared.count })
    }
    try {
      do {
        setReady(order, batch.feed())
        if (this.#threads.length === 0) await this.#runHere(order, report)
        else await this.#clock.hold(() => this.#runOnThreads(order, report))
        restart(order)
        // Room is made for a run that goes on only: an aborted one must not fail for want of memory.
      } while (signal?.aborted !== true && batch.makeRoom())
    } finally {
      batch.endRun()
      unlisten?.()
    }
    if (signal?.aborted && shared.computed.includes(0)) throw abortedBy(signal)
    const refused = firstRefused(order)
    if (refused !== undefined) batch.assertRefused(refused)
  }

  /** In the calling thread, with pauses in which timers and signals have their turn. */
  async #runHere(order: BatchOrder, report: (done: number) => void): Promise<void> {
    const take = subnetTaker(order, report)
    let turnStarted = this.#clock.now()
    while (take()) {
      if (this.#clock.now() - turnStarted < TURN_MS) continue
      await sleep(this.#clock, 0)
      if (this.#ended !== undefined) throw this.#endedError()
      turnStarted = this.#clock.now()
    }
  }

  async #runOnThreads(order: BatchOrder, report: (done: number) => void): Promise<void> {
    const failures: unknown[] = []
    const finished = this.#threads.map(
      (thread) =>
        new Promise<void>((resolve) => {
          const listener = (message: BatchReport): void => {
            if (message.kind === 'finished') {
              thread.off('message', listener)
              resolve()
              return
            }
            try {
              report(message.done)
            } catch (error) {
              // The caller's callback failed: the run ends first, so that the threads are free for the next one.
              failures.push(error)
              stopRun(order)
            }
          }
          thread.on('message', listener)
          thread.ref()
          thread.postMessage(order)
        }),
    )
    const failed = new Promise<never>((_, reject) => {
      this.#failRun = reject
    })
    try {
      await Promise.race([Promise.all(finished), failed])
    } finally {
      this.#failRun = undefined
      for (const thread of this.#threads) thread.unref()
    }
    if (failures.length > 0) throw failures[0]
  }

  /** Once only: ends every thread, then fails the run in progress. */
  async #end(reason: EpochWorkerError | 'closed'): Promise<void> {
    if (this.#ended !== undefined) return
    this.#ended = reason
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
    this.#failRun?.(this.#endedError())
  }

  #endedError(): EpochWorkerError | InvalidArgumentError {
    if (this.#ended instanceof EpochWorkerError) return this.#ended
    return new InvalidArgumentError({ field: 'pool', value: 'closed', remedy: 'Start a new pool.' })
  }
}

/** @throws InvalidArgumentError naming the option. */
function checkRunOptions(options: BatchRunOptions): void {
  assertKnown(options, 'options', RUN_OPTIONS)
  check('options.signal', optional(signal), options.signal)
  check('options.onProgress', optional(func), options.onProgress)
}

function assertInteger(field: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return
  throw new InvalidArgumentError({ field, value, remedy: `Pass a whole number from ${low} to ${high}.` })
}

function abortedBy(signal: AbortSignal): AbortedError {
  return new AbortedError({ what: 'The batch of epochs', cause: signal.reason })
}
