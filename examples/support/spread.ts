/** Does jobs, one at a time. */
export type Lane<Job, Result> = (job: Job, signal: AbortSignal) => Promise<Result>

/**
 * Does jobs on so many lanes at once, in their order; the results stand in that order as well. When one fails no other begins, and what is under way is told to end and
 * waited for.
 *
 * @throws what the first job that failed threw.
 */
export async function spread<Job, Result>(
  jobs: readonly Job[],
  lanes: readonly Lane<Job, Result>[],
  signal: AbortSignal | undefined,
): Promise<Result[]> {
  const failed = new AbortController()
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  const results: Result[] = []
  const waiting = [...jobs.entries()]
  const running = lanes.map(async (lane) => {
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [at, job] = next
        results[at] = await lane(job, either)
      }
    } catch (error) {
      waiting.length = 0
      failed.abort(error)
      throw error
    }
  })
  const ended = await Promise.allSettled(running)
  if (failed.signal.aborted) throw failed.signal.reason
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return results
}
