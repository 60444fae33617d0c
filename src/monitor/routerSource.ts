import type { Router } from '../router/index.js'
import { CallDurations } from './CallDurations.js'
import { checkOf, type Source } from './Source.js'
import { Tally } from './Tally.js'

/** Counts of a router: its own, and how long calls took, from its events. */
export function routerSource(name: string, router: Router): Source {
  const durations = new CallDurations()
  const faults = new Tally()
  const offs = [
    router.on('called', ({ synapse, status, elapsedMs }) => durations.observe(synapse, status, elapsedMs)),
    router.on('fault', ({ part }) => faults.add(part)),
  ]
  return {
    write(samples) {
      const now = router.counters
      samples.add('subnetkit_router_calls', { name, state: 'inFlight' }, now.callsInFlight)
      samples.add('subnetkit_router_calls', { name, state: 'waiting' }, now.callsWaiting)
      durations.write(samples, 'subnetkit_router_call_duration_seconds', name)
      const first = now.attempts - now.retries - now.hedges - now.stalls
      samples.add('subnetkit_router_attempts_total', { name, kind: 'first' }, first)
      samples.add('subnetkit_router_attempts_total', { name, kind: 'retry' }, now.retries)
      samples.add('subnetkit_router_attempts_total', { name, kind: 'hedge' }, now.hedges)
      samples.add('subnetkit_router_attempts_total', { name, kind: 'stalled' }, now.stalls)
      samples.add('subnetkit_router_attempts_total', { name, kind: 'presence' }, now.presenceChecks)
      samples.add('subnetkit_router_hedges_won_total', { name }, now.hedgesWon)
      samples.add('subnetkit_router_fail_overs_total', { name }, now.failOvers)
      samples.add('subnetkit_router_breakers_opened_total', { name }, now.breakersOpened)
      samples.add('subnetkit_router_breakers_open', { name }, now.breakersOpen)
      samples.add('subnetkit_router_candidates', { name }, now.candidates)
      for (const [part, count] of faults.entries())
        samples.add('subnetkit_router_faults_total', { name, part }, count)
    },
    async check() {
      const none = router.counters.candidates === 0 ? 'It knows of no miner to ask.' : undefined
      return [checkOf(name, 'candidates', none)]
    },
    close() {
      for (const off of offs) off()
    },
  }
}
