/** Whether this is the short run of continuous integration: fewer rounds, only the smaller sizes. */
export const quick = process.argv.includes('--quick')

/** Middle of the values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

/** Times one piece of work; what it returns comes back too, so that it can be checked outside the time. */
export function timed<T>(work: () => T): { us: number; result: T } {
  const startMs = performance.now()
  const result = work()
  return { us: 1_000 * (performance.now() - startMs), result }
}

/** Microseconds until work that may wait has ended. */
export async function usUntil(work: () => unknown): Promise<number> {
  const startMs = performance.now()
  await work()
  return 1_000 * (performance.now() - startMs)
}

/** Median and the spread around it: the times that a tenth of the runs stay below, and above. */
export function summary(timesUs: readonly number[]): {
  medianUs: number
  p10Us: number
  p90Us: number
  runs: number
} {
  return {
    medianUs: rounded(median(timesUs)),
    p10Us: rounded(quantile(timesUs, 0.1)),
    p90Us: rounded(quantile(timesUs, 0.9)),
    runs: timesUs.length,
  }
}

/** Four digits are more than any of these clocks can tell apart. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

export function collectGarbage(): void {
  ;(globalThis as { gc?: () => void }).gc?.()
}

/** Prints one measurement; the bench command adds machine, runtime and commit. */
export function report(record: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(record))
}
