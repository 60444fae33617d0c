/**
 * Does jobs two at a time, in their order; the results stand in that order as well. When one fails no other begins, and what is under way is told to end and waited for.
 *
 * @throws what the first job that failed threw.
 */
export async function twoAtOnce<Result>(
  jobs: readonly ((signal: AbortSignal) => Promise<Result>)[],
  signal: AbortSignal | undefined,
): Promise<Result[]> {
  const failed = new AbortController()
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  const results: Result[] = []
  const waiting = [...jobs.entries()]
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, job] = next
      results[at] = await job(either)
    }
  }
  const lanes = [lane(), lane()].map(async (done) => {
    try {
      await done
    } catch (error) {
      waiting.length = 0
      failed.abort(error)
      throw error
    }
  })
  const ended = await Promise.allSettled(lanes)
  if (failed.signal.aborted) throw failed.signal.reason
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return results
}
