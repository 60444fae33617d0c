import type { CanonicalValue } from '../codec/index.js'
import { isAddress } from '../crypto/index.js'
import { describeValue } from '../errors/index.js'
import {
  type IncentiveMechanism,
  MechanismError,
  SCORE_LIMIT,
  type ScoreRound,
  type TaskSeed,
  type WeightPolicy,
  type WeightView,
} from '../mechanism/index.js'
import { SchemaMismatchError, UnencodableMessageError } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'
import { type Attendance, attended, OVERDUE_MS } from './attended.js'
import { type ReadValues, readValues } from './readValues.js'

type Mechanism<Task, Answer, State extends CanonicalValue> = IncentiveMechanism<Task, Answer, State>

/** How a mechanism's asynchronous methods are waited for. */
export interface Calling extends Pick<Attendance, 'clock' | 'signal'> {
  /** Is told of a method that has not ended for long; it is waited for on. */
  readonly onOverdue: (error: MechanismError) => void
}

/** Makes a task. @throws MechanismError when the mechanism fails. @throws AbortedError when it goes on long after the abort. */
export async function createTask<Task>(
  mechanism: Pick<Mechanism<Task, never, never>, 'createTask'>,
  seed: TaskSeed,
  calling: Calling,
): Promise<Task> {
  return await called('createTask', async () => await mechanism.createTask(seed), calling)
}

async function called<T>(
  method: 'createTask' | 'score',
  work: () => Promise<T>,
  { clock, signal, onOverdue }: Calling,
): Promise<T> {
  const held = clock.hold(work, { what: `${method} of the mechanism` }).catch((cause) => {
    throw MechanismError.threw(method, cause)
  })
  const overdue = (): void =>
    onOverdue(
      new MechanismError({
        method,
        fault: 'overdue',
        what: `has not ended for ${OVERDUE_MS / 1_000} s`,
        remedy: 'Let it end, or fail, by itself: it is waited for, and there are no other rounds meanwhile.',
      }),
    )
  return await attended(held, { clock, signal, onOverdue: overdue })
}

/** What a call says of a task that its synapse cannot carry, as the mechanism's fault; any other error as it is. */
export function taskFault(error: unknown, task: unknown): unknown {
  const isInvalid = error instanceof SchemaMismatchError && error.part === 'request'
  if (!isInvalid && !(error instanceof UnencodableMessageError)) return error
  return invalidTask(task, error.shortMessage.replace(/\.$/, ''), error)
}

/** A task that no miner can be sent. */
export function invalidTask(task: unknown, why: string, cause?: unknown): MechanismError {
  return new MechanismError({
    method: 'createTask',
    fault: 'invalid task',
    what: `made a task that cannot be sent, ${describeValue(task)}: ${why}`,
    remedy:
      'Make tasks that fit the request schema of the synapse, and a frame (1 MiB unless limits.maxFrameBytes says otherwise).',
    cause,
  })
}

/**
 * Scores one task. A score that cannot be used is refused for its hotkey alone.
 *
 * @throws MechanismError when the mechanism fails, or gives something of another form.
 */
export async function scoreTask<Task, Answer, State extends CanonicalValue>(
  mechanism: Mechanism<Task, Answer, State>,
  round: ScoreRound<Task, Answer, State>,
  calling: Calling,
): Promise<{ readonly scores: ReadValues; readonly state: State }> {
  const asked = new Set<Hotkey>(round.responses.map(({ hotkey }) => hotkey))
  // What score does to its arguments must not reach the standings.
  const own = { ...round, responses: round.responses.map((response) => ({ ...response })) }
  let outcome: unknown
  let parts: { readonly scores: unknown; readonly state: unknown } | undefined
  const work = async (): Promise<void> => {
    outcome = await mechanism.score(own)
    // Read once, and at once: a promise in it may be about to reject.
    if (isOutcome(outcome)) parts = { scores: settled(outcome.scores), state: settled(outcome.state) }
  }
  await called('score', work, calling)
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
    isExpected: (hotkey) => asked.has(hotkey),
    unexpected: 'no hotkey among the responses',
    remedy: `Give finite scores within ${SCORE_LIMIT} of 0, to hotkeys among the responses.`,
  })
  return { scores, state: parts.state as State }
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
    given = settled(policy(view))
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

function isOutcome(value: unknown): value is { readonly scores: unknown; readonly state: unknown } {
  return typeof value === 'object' && value !== null && 'scores' in value && 'state' in value
}

/** A promise where there should be none: it is refused for what it is, and how it ends must not end the process. */
function settled(value: unknown): unknown {
  if (value instanceof Promise) value.catch(() => {})
  return value
}
