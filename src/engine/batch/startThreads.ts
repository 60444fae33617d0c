import type { Worker } from 'node:worker_threads'
import { ThreadsUnavailableError } from './ThreadsUnavailableError.js'

/**
 * Threads, or `undefined` where there is no Node. Node hands the modules out itself: an import would keep every browser from
 * loading the engine.
 */
const threadModule = () => globalThis.process?.getBuiltinModule?.('node:worker_threads')

/** One thread per processor; none where threads cannot be had. */
export function defaultWorkers(): number {
  return threadModule() === undefined
    ? 0
    : globalThis.process.getBuiltinModule('node:os').availableParallelism()
}

/**
 * Starts threads that wait for orders.
 *
 * @throws ThreadsUnavailableError where threads cannot be had.
 */
export async function startThreads(count: number, memoryLimitMb: number | undefined): Promise<Worker[]> {
  if (count === 0) return []
  const threads = threadModule()
  if (threads === undefined) throw new ThreadsUnavailableError({ workers: count })
  const { workerProgram } = await import('./workerProgram.js')
  return Array.from({ length: count }, () => {
    const thread = new threads.Worker(workerProgram, {
      eval: true,
      execArgv: [],
      ...(memoryLimitMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb } }),
    })
    // A pool that nobody closes keeps no process alive.
    thread.unref()
    return thread
  })
}
