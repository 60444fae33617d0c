import type { Clock } from '../../clock/index.js'
import type { KeyPair } from '../../crypto/index.js'
import type { NetworkAddress } from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'
import { announced, type NodePlace } from './announced.js'
import { CHECKS, type CheckName, type Finding, notTried } from './findings.js'
import { forgery, identity } from './identity.js'
import { latency } from './latency.js'
import { callsAtOnce, connections, frameSize } from './limits.js'
import { type Patient, stranger } from './patient.js'
import type { ProbeSynapse } from './probeSynapse.js'
import { protocols } from './protocols.js'
import type { RawLook } from './rawLook.js'
import { reach } from './reach.js'
import { replay } from './replay.js'
import { skew } from './skew.js'

/** What is looked at, and with what. */
export interface DoctorOptions {
  readonly address: NetworkAddress
  /** The hotkey that the axon is to prove; that of `key` where only that is given. */
  readonly hotkey: Hotkey | undefined
  /** Of a caller; where it is the axon's own, replays and limits are tried too. */
  readonly key: KeyPair | undefined
  readonly node: NodePlace | undefined
  readonly synapse: ProbeSynapse | undefined
  readonly calls: number
  readonly timeoutMs: number
}

export interface DoctorServices {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Is told each finding as it comes. */
  readonly tell: (finding: Finding) => void
  readonly progress: (text: string) => void
}

/** Looks at one thing after the other, gently: each look is bounded, and none goes on when the signal is aborted. */
export async function runDoctor(
  options: DoctorOptions,
  services: DoctorServices,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const found = (told: Finding): Finding => {
    // What had no time to end says nothing of the axon.
    const isCut = services.signal.aborted && told.status !== 'ok'
    const finding = isCut
      ? notTried(told.check, 'It was stopped before it could be told.', 'Try again.')
      : told
    findings.push(finding)
    services.tell(finding)
    return finding
  }
  await examine(options, services, found)
  const seen = new Set(findings.map(({ check }) => check))
  if (services.signal.aborted) return findings
  for (const check of CHECKS)
    if (!seen.has(check)) found(notTried(check, ...whyNot(check, options, findings)))
  return findings
}

type Found = (finding: Finding) => Finding

async function examine(options: DoctorOptions, services: DoctorServices, found: Found): Promise<void> {
  const { address, timeoutMs, key, hotkey = key?.hotkey } = options
  const { clock, signal } = services
  const patient = { address, clock, timeoutMs, signal }
  const { finding, look } = await reach(patient)
  found(finding)
  if (look === undefined || signal.aborted) return
  // Over HTTP the older protocols know one scheme.
  const signer = key ?? stranger('sr25519')
  const spoken = await protocols(patient, { look, hotkey, signer })
  if (found(spoken.finding).status === 'failed' || signal.aborted) return
  if (hotkey === undefined || !spoken.hasSessions) {
    const { node } = options
    if (hotkey !== undefined && node !== undefined) found(await announced({ ...patient, hotkey }, node))
    found(skew(look))
    return
  }
  await examineProven({ ...patient, hotkey }, { options, services, found, look })
}

interface Examination {
  readonly options: DoctorOptions
  readonly services: DoctorServices
  readonly found: Found
  readonly look: RawLook
}

async function examineProven(
  patient: Patient,
  { options, services, found, look }: Examination,
): Promise<void> {
  const { key, node, synapse, calls } = options
  const { progress, signal } = services
  const isProven = !signal.aborted && found(await identity(patient)).status === 'ok'
  if (isProven && !signal.aborted) found(await forgery(patient))
  if (node !== undefined && !signal.aborted) found(await announced(patient, node))
  found(skew(look))
  if (!isProven || signal.aborted) return
  found(await latency(patient, { signer: key, synapse, calls, progress }))
  // What could harm a stranger's axon is tried on one's own alone.
  if (key === undefined || key.hotkey !== patient.hotkey) return
  const own = { signer: key, progress }
  if (!signal.aborted) found(await replay(patient, key))
  if (!signal.aborted) found(await frameSize(patient, own))
  if (!signal.aborted) found(await connections(patient, own))
  if (!signal.aborted) found(await callsAtOnce(patient, { ...own, synapse }))
}

const OWN_KEY: readonly CheckName[] = ['replay', 'frame size', 'connections', 'calls']

/** Why nothing was tried, and what to do so that it is. */
function whyNot(
  check: CheckName,
  options: DoctorOptions,
  findings: readonly Finding[],
): readonly [string, string] {
  const failed = findings.find(({ check: of, status }) => status === 'failed' && of !== 'announced')
  if (failed !== undefined && failed.check !== 'latency' && failed.check !== 'clock')
    return [`It takes an axon that is found well in ${failed.check}.`, `Mend ${failed.check} first.`]
  const { session } = findings.find(({ check: of }) => of === 'protocols')?.facts ?? {}
  if (session === false && check !== 'announced')
    return [
      'It takes a session, which this axon does not speak.',
      'Serve sessions at the same port, which httpServer does unless told otherwise.',
    ]
  if (check === 'announced' && options.node === undefined)
    return ['No chain was named.', 'Pass --node URL and --netuid NUMBER.']
  if (options.hotkey === undefined && options.key === undefined)
    return ['Which hotkey the axon has is not known.', 'Pass --hotkey ADDRESS.']
  if (OWN_KEY.includes(check))
    return [
      "It is tried with the axon's own key only.",
      'Pass --key, or --wallet and --wallet-hotkey, if the axon is yours.',
    ]
  return ['It was not come to.', 'Try again.']
}
