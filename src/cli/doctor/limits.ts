import type { Signer } from '../../crypto/index.js'
import type { Dendrite } from '../../dendrite/index.js'
import { type Finding, fine, notTried, problem } from './findings.js'
import { isProven } from './identity.js'
import { callerOf, knock, type Patient } from './patient.js'
import { type ProbeSynapse, synapseNamed } from './probeSynapse.js'
import { remedyOfCalls } from './remedyOfCalls.js'

const KIB = 1_024
/** Bodies that are sent, one after the other, until one is refused: 32 MiB in all. */
const SIZES_KIB = [64, 256, 1_024, 2_048, 4_096, 8_192, 16_384]
/** What this end may send. */
const OWN_FRAME_BYTES = 32 * KIB * KIB
/** Connections that are opened at most. */
const MOST_CONNECTIONS = 32
/** Calls that are made at once. */
const CALLS_AT_ONCE = 200

/** What a probe of limits is told of. */
export interface LimitsOptions {
  readonly signer: Signer
  readonly progress: (text: string) => void
}

/** How large a frame it takes. */
export async function frameSize(patient: Patient, { signer, progress }: LimitsOptions): Promise<Finding> {
  const dendrite = callerOf(patient, { signer, limits: { maxFrameBytes: OWN_FRAME_BYTES } })
  let takenKib = 0
  try {
    for (const kib of SIZES_KIB) {
      progress(`frame size: ${kib} KiB`)
      const { status } = await knock(dendrite, patient, new Uint8Array(kib * KIB))
      if (status === 'tooLarge') return frameVerdict(takenKib, kib)
      if (!isProven(status)) {
        const says = `A frame of ${kib} KiB ended as ${status}; ${takenKib} KiB were taken.`
        const remedy = 'See the log of the axon; a slow line needs a longer --timeout-ms.'
        return problem('frame size', 'warning', { says, remedy, facts: { takenKib } })
      }
      takenKib = kib
    }
    const says = `It takes frames of ${takenKib} KiB and perhaps more: each caller can make it hold as much.`
    const remedy = 'Lower limits.maxFrameBytes to what your synapses need.'
    return problem('frame size', 'warning', { says, remedy, facts: { takenKib } })
  } finally {
    await dendrite.close()
  }
}

function frameVerdict(takenKib: number, refusedKib: number): Finding {
  const facts = { takenKib, refusedKib }
  if (takenKib > 0)
    return fine('frame size', `It takes ${takenKib} KiB in a frame and refuses ${refusedKib} KiB.`, facts)
  const says = `It refuses a frame of ${refusedKib} KiB: larger requests do not reach it.`
  const remedy = 'Raise limits.maxFrameBytes, unless all requests and answers are small.'
  return problem('frame size', 'warning', { says, remedy, facts })
}

/** How many connections one caller may have: opens them one by one, and closes all. */
export async function connections(patient: Patient, { signer, progress }: LimitsOptions): Promise<Finding> {
  const open: Dendrite[] = []
  try {
    while (open.length < MOST_CONNECTIONS) {
      progress(`connections: ${open.length + 1} of at most ${MOST_CONNECTIONS}`)
      const dendrite = callerOf(patient, { signer })
      open.push(dendrite)
      const { status } = await knock(dendrite, patient)
      if (isProven(status)) continue
      const taken = open.length - 1
      const facts = { connectionsTaken: taken, status }
      if (status === 'overloaded')
        return fine('connections', `One caller may have ${taken} connections; the next is refused.`, facts)
      const says = `Connection ${open.length} of one caller ended as ${status}.`
      const remedy = 'See the log of the axon.'
      return problem('connections', 'warning', { says, remedy, facts })
    }
    const says = `One caller may have ${MOST_CONNECTIONS} connections and perhaps more.`
    const remedy = 'Lower limits.maxConnectionsPerCaller: a dendrite needs one, and identities cost nothing.'
    return problem('connections', 'warning', { says, remedy, facts: { connectionsTaken: MOST_CONNECTIONS } })
  } finally {
    await Promise.all(open.map((dendrite) => dendrite.close()))
  }
}

/** What becomes of many calls at once on one connection. */
export async function callsAtOnce(
  patient: Patient,
  { signer, synapse, progress }: LimitsOptions & { readonly synapse: ProbeSynapse | undefined },
): Promise<Finding> {
  if (synapse === undefined)
    return notTried(
      'calls',
      'Which synapse may be called is not known.',
      'Name one by --synapse, with --body.',
    )
  progress(`calls: ${CALLS_AT_ONCE} at once`)
  const { address, hotkey, timeoutMs, signal } = patient
  const limits = { maxCallsPerConnection: CALLS_AT_ONCE }
  const dendrite = callerOf(patient, { signer, limits })
  try {
    const probe = synapseNamed(synapse.name)
    const one = () => dendrite.call(probe, { hotkey, ...address }, synapse.body, { timeoutMs, signal })
    const results = await Promise.all(Array.from({ length: CALLS_AT_ONCE }, one))
    const statuses = countsOf(results.map(({ status }) => status))
    const says = `Of ${CALLS_AT_ONCE} calls at once ${wordsOf(statuses)}.`
    const { ok = 0, overloaded = 0 } = statuses
    if (ok > 0 && ok + overloaded === CALLS_AT_ONCE) return fine('calls', says, { statuses })
    const remedy = remedyOfCalls(
      statuses,
      'See the statuses: what cannot be answered in time is better refused, by limits.maxRunning and limits.maxQueued.',
    )
    return problem('calls', 'warning', { says, remedy, facts: { statuses } })
  } finally {
    await dendrite.close()
  }
}

/** How often each word comes. */
export function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** `128 ended as ok, 72 as overloaded`. */
export function wordsOf(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return parts.map(([word, count], at) => `${count} ${at === 0 ? 'ended ' : ''}as ${word}`).join(', ')
}
