import type { Clock } from '../clock/index.js'
import { type Synapse, validated } from '../synapse/index.js'
import { type Failure, failureOf } from './callErrors.js'
import { inTime, Overdue } from './inTime.js'
import type { TransportCall } from './transport.js'

/** An answer as its schema makes it, or how the call ends otherwise. */
export type CheckedAnswer<Answer> =
  | { readonly kind: 'answer'; readonly body: Answer }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What the schema makes of an answer; at once where the schema is synchronous. */
export function answerOf<Answer>(
  clock: Clock,
  synapse: Synapse<unknown, Answer>,
  came: unknown,
  call: TransportCall,
): CheckedAnswer<Answer> | Promise<CheckedAnswer<Answer>> {
  const failed = (error: unknown): CheckedAnswer<Answer> => ({ kind: 'failed', failure: misfit(error) })
  try {
    const checked = validated(synapse.answer, came, { synapse: synapse.name, part: 'answer' })
    if (!(checked instanceof Promise)) return { kind: 'answer', body: checked }
    return inTime(clock, checked, call).then(
      (body) =>
        body instanceof Overdue
          ? { kind: 'failed', failure: failureOf(body.status, false) }
          : { kind: 'answer', body },
      failed,
    )
  } catch (error) {
    return failed(error)
  }
}

/** What came does not fit the synapse. */
export function misfit(error: unknown): Failure {
  const failure = failureOf('malformed', false)
  return error instanceof Error ? { ...failure, reason: error.message } : failure
}
