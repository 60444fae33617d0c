import type { Dendrite } from '../dendrite/index.js'
import { CallDurations } from './CallDurations.js'
import type { Source } from './Source.js'

/** What a dendrite holds, and how long its calls took. */
export function dendriteSource(name: string, dendrite: Dendrite): Source {
  const durations = new CallDurations()
  let calls = 0
  const off = dendrite.observe({
    begins({ synapse }) {
      calls++
      return {
        ended({ status, elapsedMs }) {
          calls--
          durations.observe(synapse, status, elapsedMs)
        },
      }
    },
  })
  return {
    write(samples) {
      samples.add('subnetkit_dendrite_connections', { name }, dendrite.connectionCount)
      samples.add('subnetkit_dendrite_calls', { name }, calls)
      for (const [transport, { received, sent }] of Object.entries(dendrite.bytes)) {
        samples.add('subnetkit_dendrite_received_bytes_total', { name, transport }, received)
        samples.add('subnetkit_dendrite_sent_bytes_total', { name, transport }, sent)
      }
      durations.write(samples, 'subnetkit_dendrite_call_duration_seconds', name)
    },
    async check() {
      return []
    },
    close: off,
  }
}
