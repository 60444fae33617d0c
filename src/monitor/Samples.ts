import type { Histogram } from './Histogram.js'
import type { LabelsOf, MetricName } from './metricTable.js'

/** One number of one metric, in the form that a registry of `prom-client` prints. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Of a histogram's parts: the metric's name with `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string
}

/** What all sources have to say for one scrape, by metric. */
export class Samples {
  readonly #byMetric = new Map<MetricName, Sample[]>()

  of(metric: MetricName): Sample[] {
    return this.#byMetric.get(metric) ?? []
  }

  add<Name extends MetricName>(metric: Name, labels: LabelsOf<Name>, value: number): void {
    this.#push(metric, { labels, value })
  }

  histogram<Name extends MetricName>(metric: Name, labels: LabelsOf<Name>, histogram: Histogram): void {
    const counts = histogram.cumulative()
    const metricName = `${metric}_bucket`
    counts.forEach((value, at) => {
      const le = histogram.buckets[at] ?? '+Inf'
      this.#push(metric, { labels: { ...labels, le }, value, metricName })
    })
    this.#push(metric, { labels, value: histogram.sum, metricName: `${metric}_sum` })
    this.#push(metric, { labels, value: counts.at(-1) ?? 0, metricName: `${metric}_count` })
  }

  #push(metric: MetricName, sample: Sample): void {
    const known = this.#byMetric.get(metric)
    if (known === undefined) this.#byMetric.set(metric, [sample])
    else known.push(sample)
  }
}
