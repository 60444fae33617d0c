import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { noteUpdate } from '../neurons/columns.js'
import type { RefusalName } from '../refusals/refuse.js'
import { refuseMechanism, type SetWeightsFacts, tooFast } from '../rules/checkSetWeights.js'
import {
  type CommitsKey,
  commitsOf,
  keepCommits,
  MAX_UNREVEALED_COMMITS,
  revealClockOf,
  withoutExpired,
} from './hashCommits.js'

/** What a commit records. */
export const COMMIT_EVENTS = {
  WeightsCommitted: {
    mechanism: holds.mechanism,
    hotkey: holds.hotkey,
    commitHash: holds.hash,
    epochIndex: holds.count,
  },
} as const

/** Why a commit is refused, in the order of its checks. */
export const COMMIT_REFUSALS = [
  'MechanismDoesNotExist',
  'CommitRevealDisabled',
  'HotKeyNotRegisteredInSubNet',
  'CommittingWeightsTooFast',
  'TooManyUnrevealedCommits',
] as const

export type CommitRefusal = (typeof COMMIT_REFUSALS)[number]

/** What a commit of either kind must keep before it is looked at itself. @param otherwise - why it is refused where weights are hidden, whoever makes it. */
export function whyNoCommit<N extends RefusalName = never>(
  facts: SetWeightsFacts,
  otherwise: RefusalOf<N> | null = null,
): RefusalOf<Exclude<CommitRefusal, 'TooManyUnrevealedCommits'>> | RefusalOf<N> | null {
  const { netuid, hotkey } = facts
  if (!facts.mechanismExists) return refuseMechanism(facts)
  if (!facts.commitRevealEnabled) return refuse('CommitRevealDisabled', { netuid })
  if (otherwise !== null) return otherwise
  if (facts.uid === null) return refuse('HotKeyNotRegisteredInSubNet', { netuid, hotkey })
  const wait = tooFast(facts)
  return wait === null ? null : refuse('CommittingWeightsTooFast', wait)
}

/**
 * Notes that a hotkey commits to weights it will reveal: from now on it counts as having spoken.
 *
 * @source spec: `spec/chain.md` 8.2, 8.6
 */
export function commitHash(
  context: BlockContext<typeof COMMIT_EVENTS>,
  key: CommitsKey,
  hash: string,
  facts: SetWeightsFacts,
): RefusalOf<CommitRefusal> | null {
  const refused = whyNoCommit(facts)
  if (refused !== null) return refused
  const { state, block } = context
  const [netuid, mechanism] = key
  const clock = revealClockOf(context, netuid)
  const waiting = withoutExpired(commitsOf(context, key), clock)
  if (waiting.length >= MAX_UNREVEALED_COMMITS) {
    return refuse('TooManyUnrevealedCommits', { waiting: waiting.length, most: MAX_UNREVEALED_COMMITS })
  }
  keepCommits(context, key, [...waiting, { hash, epochIndex: clock.epochIndex, block }])
  noteUpdate(state, netuid, mechanism, facts.uid as number, block)
  context.emit('WeightsCommitted', netuid, {
    mechanism,
    hotkey: facts.hotkey,
    commitHash: hash,
    epochIndex: clock.epochIndex,
  })
  return null
}
