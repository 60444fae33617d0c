import type { Axon } from '../axon/index.js'
import { CallDurations } from './CallDurations.js'
import { checkOf, type Source } from './Source.js'
import { Tally } from './Tally.js'

/** Counts of an axon: its own, and how long calls took, from its events. */
export function axonSource(name: string, axon: Axon): Source {
  const durations = new CallDurations()
  const faults = new Tally()
  const offs = [
    axon.on('answered', ({ synapse, elapsedMs }) => durations.observe(synapse, 'ok', elapsedMs)),
    axon.on('failed', ({ synapse, status, elapsedMs }) => durations.observe(synapse, status, elapsedMs)),
    axon.on('fault', ({ part }) => faults.add(part)),
  ]
  return {
    write(samples) {
      const now = axon.counters
      samples.add('subnetkit_axon_running', { name }, axon.state === 'running' ? 1 : 0)
      samples.add('subnetkit_axon_connections_accepted_total', { name }, now.connectionsAccepted)
      samples.add('subnetkit_axon_connections', { name, state: 'proven' }, now.connectionsOpen)
      samples.add('subnetkit_axon_connections', { name, state: 'unproven' }, now.unauthenticatedOpen)
      samples.add('subnetkit_axon_calls_received_total', { name }, now.callsReceived)
      samples.add('subnetkit_axon_calls', { name, state: 'admitting' }, now.callsAdmitting)
      samples.add('subnetkit_axon_calls', { name, state: 'queued' }, now.callsQueued)
      samples.add('subnetkit_axon_calls', { name, state: 'running' }, now.callsRunning)
      samples.add('subnetkit_axon_calls', { name, state: 'overrunning' }, now.callsOverrunning)
      durations.write(samples, 'subnetkit_axon_call_duration_seconds', name)
      for (const [reason, count] of Object.entries(now.refused))
        samples.add('subnetkit_axon_refused_total', { name, reason }, count)
      for (const [transport, { received, sent }] of Object.entries(now.bytes)) {
        samples.add('subnetkit_axon_received_bytes_total', { name, transport }, received)
        samples.add('subnetkit_axon_sent_bytes_total', { name, transport }, sent)
      }
      for (const [part, count] of faults.entries())
        samples.add('subnetkit_axon_faults_total', { name, part }, count)
    },
    async check() {
      const { state } = axon
      return [checkOf(name, 'axon', state === 'running' ? undefined : `The axon is ${state}.`)]
    },
    close() {
      for (const off of offs) off()
    },
  }
}
