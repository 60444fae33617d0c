import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { refuse } from '../BlockContext.js'
import { type SetWeightsFacts, whyTooLittleStake } from '../rules/checkSetWeights.js'
import {
  COMMIT_SEARCH_REFUSALS,
  type CommitsKey,
  commitsOf,
  type OpenCommits,
  revealClockOf,
  whyNotRevealed,
  withoutExpired,
} from './hashCommits.js'

/** Why a reveal is refused before the weights are looked at, in the order of the call's own checks. */
export const REVEAL_REFUSALS = ['CommitRevealDisabled', ...COMMIT_SEARCH_REFUSALS] as const

/** What the reference asks of a signed reveal before it takes it in: stake, then for each hash that it is committed to and due. */
export function guardReveals(
  context: BlockContext,
  key: CommitsKey,
  hashes: readonly string[],
  facts: SetWeightsFacts,
): RefusalOf<'NotEnoughStakeToSetWeights' | 'NoWeightsCommitFound' | 'RevealTooEarly'> | null {
  const stopped = whyTooLittleStake(facts)
  if (stopped !== null) return stopped
  const commits = commitsOf(context, key)
  for (const hash of hashes) {
    const refused = whyNotRevealed(commits, key, hash, () => revealClockOf(context, key[0]))
    if (refused !== null) return refused
  }
  return null
}

/** Sets expired commits aside. @param commitHash - what is to be revealed first. */
export function openCommits(
  context: BlockContext,
  key: CommitsKey,
  commitHash: string,
  facts: SetWeightsFacts,
): OpenCommits | RefusalOf<'CommitRevealDisabled' | 'NoWeightsCommitFound'> {
  if (!facts.commitRevealEnabled) {
    return refuse('CommitRevealDisabled', { netuid: key[0] })
  }
  const all = commitsOf(context, key)
  if (all.length === 0) {
    const [netuid, mechanism] = key
    return refuse('NoWeightsCommitFound', { netuid, mechanism, commitHash })
  }
  const clock = revealClockOf(context, key[0])
  const left = withoutExpired(all, clock)
  return { expired: all.slice(0, all.length - left.length), left, clock }
}
