import type { FailureStatus } from '../dendrite/index.js'

/**
 * What the end of a call says of the miner that was asked.
 *
 * - `good`: it answered.
 * - `bad`: it cannot be reached, is somebody else, or answered with what is no answer.
 * - `silent`: it did not answer in the time that others need; bad, and a sign that it has too much to do.
 * - `busy`: it is there, and has too much to do.
 * - `unserved`: it is there, and does not answer this synapse, or not to us.
 * - `neutral`: nothing.
 */
export type Verdict = 'good' | 'bad' | 'silent' | 'busy' | 'unserved' | 'neutral'

/** What a failure says of the miner. */
export function verdictOf(status: FailureStatus): Verdict {
  switch (status) {
    case 'timeout':
      return 'silent'
    case 'overloaded':
      return 'busy'
    case 'unknownSynapse':
    case 'forbidden':
      return 'unserved'
    case 'tooLarge':
    case 'cancelled':
      return 'neutral'
    case 'unreachable':
    case 'unauthenticated':
    case 'malformed':
    case 'failed':
      return 'bad'
  }
}
