// How `npm run soak` judges what it saw.

/** All callers of a killed server come back at once, to a process that has just begun: on a busy machine that takes its time. */
const GRACE_MS = 10_000

/** Share of a run in which caches fill and code is compiled. */
const WARM_UP = 0.1

/**
 * Calls that failed while their server was down, and those that did not.
 *
 * @param {readonly { server: number, fromMs: number, toMs: number }[]} failures
 * @param {readonly { server: number | undefined, fromMs: number, toMs: number }[]} outages
 */
export function unexplained(failures, outages) {
  const isExplained = ({ server, fromMs, toMs }) =>
    outages.some(
      (outage) =>
        outage.server === server && fromMs <= outage.toMs + GRACE_MS && toMs >= outage.fromMs - GRACE_MS,
    )
  const others = failures.filter((failure) => !isExplained(failure))
  return { explained: failures.length - others.length, others }
}

/**
 * How memory grew: its mean over the last three quarters of a run against that over the first quarter, the warm-up left out.
 *
 * @param {readonly { atMs: number, heapBytes: number, rssBytes: number }[]} samples heap as it is after collecting garbage
 * @param {number} spanMs
 */
export function memoryGrowth(samples, spanMs) {
  const warmMs = WARM_UP * spanMs
  const isFirst = ({ atMs }) => atMs < warmMs + (spanMs - warmMs) / 4
  const warm = samples.filter(({ atMs }) => atMs >= warmMs)
  const [first, rest] = [warm.filter(isFirst), warm.filter((sample) => !isFirst(sample))]
  const of = (key) => {
    const [firstMean, restMean] = [first, rest].map((some) => mean(some.map((sample) => sample[key])))
    return {
      firstMib: rounded(firstMean / 2 ** 20),
      restMib: rounded(restMean / 2 ** 20),
      // Nothing to compare is nothing that holds.
      percent:
        firstMean > 0 && restMean > 0 ? rounded(100 * (restMean / firstMean - 1)) : Number.MAX_SAFE_INTEGER,
    }
  }
  return { samples: warm.length, heap: of('heapBytes'), rss: of('rssBytes') }
}

function mean(values) {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function rounded(value) {
  return Math.round(100 * value) / 100
}
