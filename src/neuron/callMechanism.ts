import { digestHex } from '../artefact/index.js'
import { fits } from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { isAddress } from '../crypto/index.js'
import { describeValue } from '../errors/index.js'
import {
  MechanismError,
  type PlayResult,
  type ProtocolMechanism,
  type RoundLimits,
  roundLimitsOf,
  SCORE_LIMIT,
  ScoreMap,
  type Settled,
  type WeightPolicy,
  type WeightView,
} from '../mechanism/index.js'
import type { Hotkey } from '../units/index.js'
import { type Attendance, attended, OVERDUE_MS } from './attended.js'
import { plainValue } from './play/plainValue.js'
import { type ReadValues, readValues } from './readValues.js'

/** How a mechanism's asynchronous methods are waited for. */
export interface Calling extends Pick<Attendance, 'clock' | 'signal'> {
  /** Is told of a method that has not ended for long; it is waited for on. */
  readonly onOverdue: (error: MechanismError) => void
}

async function calledScore<T>(work: () => Promise<T>, { clock, signal, onOverdue }: Calling): Promise<T> {
  const held = clock.hold(work, { what: 'score of the mechanism' }).catch((cause) => {
    throw MechanismError.threw('score', cause)
  })
  const overdue = (): void =>
    onOverdue(
      new MechanismError({
        method: 'score',
        fault: 'overdue',
        what: `has not ended for ${OVERDUE_MS / 1_000} s`,
        remedy: 'Let it end, or fail, by itself: it is waited for, and there are no other rounds meanwhile.',
      }),
    )
  return await attended(held, { clock, signal, onOverdue: overdue })
}

/** A task that is to be scored. */
export interface ScoredTask<State extends CanonicalValue> extends Settled<State> {
  /** What `play` returned. */
  readonly played: PlayResult
  /** Whom a score may be given to. */
  readonly isExpected: (hotkey: Hotkey) => boolean
  /** Those in words, to follow `hotkeys`. */
  readonly who: string
}

/** What `score` gave. */
export interface ScoredOutcome<State extends CanonicalValue> {
  readonly scores: ReadValues
  readonly state: State
  /** For people; `undefined` where there is none, or none that can be used. */
  readonly report: CanonicalValue | undefined
  /** What is wrong with the report. */
  readonly reportFault: MechanismError | undefined
  readonly faults: ReadonlyMap<Hotkey, MechanismError>
}

/**
 * Scores one task. A score that cannot be used is refused for its hotkey alone.
 *
 * @throws MechanismError when the mechanism fails, or gives something of another form.
 */
export async function scoreTask<State extends CanonicalValue>(
  mechanism: ProtocolMechanism<State>,
  { played, ...settled }: ScoredTask<State>,
  calling: Calling,
): Promise<ScoredOutcome<State>> {
  const own = { ...played, seed: settled.seed, block: settled.block, state: settled.state }
  let outcome: unknown
  let parts: { readonly scores: unknown; readonly state: unknown; readonly report: unknown } | undefined
  const work = async (): Promise<void> => {
    outcome = await mechanism.score(own as never)
    // Read once, and at once: a promise in it may be about to reject.
    if (!isOutcome(outcome)) return
    const { scores, state, report } = outcome
    parts = { scores: unpromised(scores), state: unpromised(state), report: unpromised(report) }
  }
  await calledScore(work, calling)
  if (parts === undefined) {
    throw new MechanismError({
      method: 'score',
      fault: 'wrong form',
      what: `returned ${describeValue(outcome)}`,
      remedy: 'Return { scores, state }: a Map from hotkey to number, and the state for the next round.',
    })
  }
  const scores = readValues(parts.scores, {
    method: 'score',
    what: 'scores',
    isRight: (value) => Math.abs(value) <= SCORE_LIMIT,
    isExpected: settled.isExpected,
    unexpected: `no hotkey ${settled.who}`,
    remedy: `Give finite scores within ${SCORE_LIMIT} of 0, to hotkeys ${settled.who}.`,
  })
  const faults = parts.scores instanceof ScoreMap ? parts.scores.faults : new Map<Hotkey, MechanismError>()
  return { scores, state: parts.state as State, faults, ...readReport(mechanism, parts.report) }
}

/** What `score` says for people, as it would come out of a record. One that cannot be used harms no round. */
function readReport(
  mechanism: { readonly roundLimits?: Partial<RoundLimits> },
  report: unknown,
): Pick<ScoredOutcome<never>, 'report' | 'reportFault'> {
  if (report === undefined) return { report: undefined, reportFault: undefined }
  const { valueBytes } = roundLimitsOf(mechanism)
  try {
    return {
      report: plainValue(report as CanonicalValue, 'the report', valueBytes, 'score'),
      reportFault: undefined,
    }
  } catch (error) {
    return { report: undefined, reportFault: error as MechanismError }
  }
}

/**
 * Digests of artefacts that a mechanism wants kept.
 *
 * @throws MechanismError when it throws, or gives anything else.
 */
export function pinsOf<State extends CanonicalValue>(
  mechanism: Partial<Pick<ProtocolMechanism<State>, 'pins'>>,
  state: State,
): readonly string[] {
  let pins: unknown
  try {
    pins = mechanism.pins?.(state) ?? []
  } catch (cause) {
    throw MechanismError.threw('pins', cause)
  }
  if (Array.isArray(pins) && pins.every((pin) => fits(digestHex, pin))) return pins
  throw new MechanismError({
    method: 'pins',
    fault: 'wrong form',
    what: `returned ${describeValue(pins)}`,
    remedy: 'Return a list of digests, as commitments have them.',
  })
}

/**
 * Asks a policy for weights. A weight that cannot be used is refused for its hotkey alone.
 *
 * @throws MechanismError when the policy fails, or gives something of another form.
 */
export function weightsOf<State extends CanonicalValue>(
  policy: WeightPolicy<State>,
  view: WeightView<State>,
): ReadValues {
  let given: unknown
  try {
    given = unpromised(policy(view))
  } catch (cause) {
    throw MechanismError.threw('weights', cause)
  }
  return readValues(given, {
    method: 'weights',
    what: 'weights',
    isRight: (value) => value >= 0,
    // A hotkey that left since weighs nothing, as it should; a uid, a name or a coldkey's label is no hotkey at all.
    isExpected: (hotkey) => view.metagraph.uidOf(hotkey) !== undefined || isAddress(hotkey),
    unexpected: 'no hotkey',
    remedy: 'Give finite weights, 0 or more, to hotkeys.',
  })
}

function isOutcome(
  value: unknown,
): value is { readonly scores: unknown; readonly state: unknown; readonly report?: unknown } {
  return typeof value === 'object' && value !== null && 'scores' in value && 'state' in value
}

/** A promise where there should be none: it is refused for what it is, and how it ends must not end the process. */
function unpromised(value: unknown): unknown {
  if (value instanceof Promise) value.catch(() => {})
  return value
}
