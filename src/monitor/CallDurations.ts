import { Histogram } from './Histogram.js'
import { CALL_BUCKETS_S, type metricTable } from './metricTable.js'
import type { Samples } from './Samples.js'

/** Synapses of one watched thing that are told apart; what comes after them counts as one. */
export const MAX_SYNAPSES = 64

/** What the synapses beyond are counted as. It is the name of none: names have no brackets. */
export const OTHER_SYNAPSES = '(other)'

type DurationMetric = Extract<keyof typeof metricTable, `subnetkit_${string}_call_duration_seconds`>

/** How long calls took, by synapse and by how they ended. Only names that the owner gave a handler or called with come in. */
export class CallDurations {
  readonly #bySynapse = new Map<string, Map<string, Histogram>>()

  observe(synapse: string, status: string, elapsedMs: number): void {
    let byStatus = this.#bySynapse.get(synapse)
    if (byStatus === undefined) {
      const name = this.#bySynapse.size < MAX_SYNAPSES ? synapse : OTHER_SYNAPSES
      byStatus = this.#bySynapse.get(name) ?? new Map()
      this.#bySynapse.set(name, byStatus)
    }
    let histogram = byStatus.get(status)
    if (histogram === undefined) {
      histogram = new Histogram(CALL_BUCKETS_S)
      byStatus.set(status, histogram)
    }
    histogram.observe(elapsedMs / 1_000)
  }

  write(samples: Samples, metric: DurationMetric, name: string): void {
    for (const [synapse, byStatus] of this.#bySynapse) {
      for (const [status, histogram] of byStatus)
        samples.histogram(metric, { name, synapse, status }, histogram)
    }
  }
}
