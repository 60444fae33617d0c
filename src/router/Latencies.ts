import { LatencySketch } from './LatencySketch.js'

/** Latencies by the name of the synapse; of more synapses than it may hold, the one not used for longest is forgotten. */
export class Latencies {
  readonly #most: number
  readonly #bySynapse: Map<string, LatencySketch>

  constructor(most: number, known: Iterable<readonly [string, LatencySketch]> = []) {
    this.#most = most
    this.#bySynapse = new Map(known)
  }

  get entries(): Iterable<readonly [string, LatencySketch]> {
    return this.#bySynapse
  }

  of(synapse: string): LatencySketch | undefined {
    return this.#bySynapse.get(synapse)
  }

  add(synapse: string, ms: number): void {
    const sketch = this.#bySynapse.get(synapse) ?? new LatencySketch()
    this.#bySynapse.delete(synapse)
    this.#bySynapse.set(synapse, sketch)
    sketch.add(ms)
    if (this.#bySynapse.size <= this.#most) return
    for (const oldest of this.#bySynapse.keys()) {
      this.#bySynapse.delete(oldest)
      return
    }
  }
}
