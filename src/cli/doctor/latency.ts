import type { Signer } from '../../crypto/index.js'
import { type Finding, fine, problem } from './findings.js'
import { isProven } from './identity.js'
import { countsOf, wordsOf } from './limits.js'
import { callerOf, knockOnce, type Patient, stranger } from './patient.js'
import { type ProbeSynapse, synapseNamed } from './probeSynapse.js'
import { remedyOfCalls } from './remedyOfCalls.js'

/** Handshakes that are measured at most: each costs the axon a signature. */
const MOST_HANDSHAKES = 50
/** A median above this is worth a look. */
const SLOW_MS = 1_000

interface LatencyOptions {
  /** Who calls; a stranger by default. */
  readonly signer: Signer | undefined
  readonly synapse: ProbeSynapse | undefined
  readonly calls: number
  readonly progress: (text: string) => void
}

interface Sample {
  readonly status: string
  readonly elapsedMs: number
}

/** How long calls take, one after the other: handshakes, or calls of a synapse that the person named. */
export async function latency(patient: Patient, options: LatencyOptions): Promise<Finding> {
  const { synapse } = options
  if (synapse !== undefined) {
    const samples = await timesOfCalls(patient, { ...options, synapse })
    return latencyVerdict(samples, {
      what: `calls of ${synapse.name}`,
      isAnswer: (status) => status === 'ok',
      remedyOf: (statuses) => remedyOfCalls(statuses, 'See the log of the axon.'),
    })
  }
  const samples = await timesOfHandshakes(patient, options)
  return latencyVerdict(samples, {
    what: 'handshakes',
    isAnswer: isProven,
    remedyOf: () => 'See the log of the axon.',
  })
}

async function timesOfHandshakes(patient: Patient, { calls, progress }: LatencyOptions): Promise<Sample[]> {
  const count = Math.min(calls, MOST_HANDSHAKES)
  const samples: Sample[] = []
  for (let at = 1; at <= count && !patient.signal.aborted; at++) {
    progress(`latency: handshake ${at} of ${count}`)
    samples.push(await knockOnce(patient, { signer: stranger() }))
  }
  return samples
}

async function timesOfCalls(
  patient: Patient,
  { signer, synapse, calls, progress }: LatencyOptions & { readonly synapse: ProbeSynapse },
): Promise<Sample[]> {
  const { address, hotkey, timeoutMs, signal } = patient
  const dendrite = callerOf(patient, { signer: signer ?? stranger() })
  const probe = synapseNamed(synapse.name)
  const samples: Sample[] = []
  try {
    // The first one makes the connection.
    for (let at = 0; at <= calls && !signal.aborted; at++) {
      progress(`latency: call ${at} of ${calls}`)
      const sample = await dendrite.call(probe, { hotkey, ...address }, synapse.body, { timeoutMs, signal })
      if (at > 0) samples.push(sample)
    }
    return samples
  } finally {
    await dendrite.close()
  }
}

interface VerdictOptions {
  readonly what: string
  readonly isAnswer: (status: string) => boolean
  readonly remedyOf: (statuses: Readonly<Record<string, number>>) => string
}

function latencyVerdict(samples: readonly Sample[], { what, isAnswer, remedyOf }: VerdictOptions): Finding {
  const statuses = countsOf(samples.map(({ status }) => status))
  const times = samples.filter(({ status }) => isAnswer(status)).map(({ elapsedMs }) => elapsedMs)
  if (times.length === 0) {
    const says = `None of ${samples.length} ${what} was answered: ${wordsOf(statuses)}.`
    return problem('latency', 'failed', { says, remedy: remedyOf(statuses), facts: { statuses } })
  }
  const facts = { count: times.length, ...percentilesOf(times), statuses }
  const { p50Ms, p90Ms, p99Ms, maxMs } = facts
  const figures = `p50 ${p50Ms} ms, p90 ${p90Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms`
  if (times.length < samples.length) {
    const says = `Of ${samples.length} ${what} ${wordsOf(statuses)}; of those answered ${figures}.`
    return problem('latency', 'warning', { says, remedy: remedyOf(statuses), facts })
  }
  const says = `${times.length} ${what}: ${figures}.`
  if (p50Ms <= SLOW_MS) return fine('latency', says, facts)
  const slow =
    'Compare with the time-out of the validators: who is slower is not paid. See what the axon is busy with.'
  return problem('latency', 'warning', { says, remedy: slow, facts })
}

/** By nearest rank. */
export function percentilesOf(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: at(1) }
}
