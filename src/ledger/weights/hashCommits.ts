import type { BlockNumber, Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import type { AccountId } from '../state/account.js'
import { type HashCommitsRecord, hashCommits } from '../state/commitTables.js'
import { commitEpochOf } from './commitEpochs.js'

/** Most commits of a hotkey under a mechanism that wait to be revealed. */
export const MAX_UNREVEALED_COMMITS = 10

/** One commit to hidden weights. */
export interface HashCommit {
  /** Hex, 32 bytes. */
  readonly hash: string
  readonly epochIndex: number
  readonly block: BlockNumber
}

/** Whose commits, and under which mechanism. */
export type CommitsKey = readonly [netuid: Netuid, mechanism: number, hotkey: AccountId]

/** What a hotkey committed to and has not revealed yet, the oldest first; what expired meanwhile is among them. */
export function commitsOf({ state }: Pick<BlockContext, 'state'>, key: CommitsKey): readonly HashCommit[] {
  const record = state.get(hashCommits, ...key)
  if (record === undefined) return []
  return record.hash.map((hash, at) => ({
    hash,
    epochIndex: record.epochIndex[at] ?? 0,
    block: record.block[at] ?? 0,
  }))
}

/** Puts a list of commits in the place of what was there. */
export function keepCommits({ state }: BlockContext, key: CommitsKey, commits: readonly HashCommit[]): void {
  if (commits.length === 0) {
    state.delete(hashCommits, ...key)
    return
  }
  const record: HashCommitsRecord = {
    hash: commits.map(({ hash }) => hash),
    epochIndex: Float64Array.from(commits, ({ epochIndex }) => epochIndex),
    block: Float64Array.from(commits, ({ block }) => block),
  }
  state.set(hashCommits, [...key], record)
}

/** When the commits of a subnet are revealed, and when it is too late. */
export interface RevealClock {
  /** The epoch that it is, as commits count them. */
  readonly epochIndex: number
  /** Epochs from a commit to its reveal. */
  readonly periodEpochs: number
}

export function revealClockOf(context: BlockContext, netuid: Netuid): RevealClock {
  return {
    epochIndex: commitEpochOf(context, netuid),
    periodEpochs: context.state.hyperparameters(netuid).revealPeriodEpochs,
  }
}

export function isExpired({ epochIndex }: HashCommit, clock: RevealClock): boolean {
  return clock.epochIndex > epochIndex + clock.periodEpochs
}

/** The commits from the first on that is not expired: only the front of the list is looked at. */
export function withoutExpired(commits: readonly HashCommit[], clock: RevealClock): readonly HashCommit[] {
  const first = commits.findIndex((commit) => !isExpired(commit, clock))
  return first < 0 ? [] : commits.slice(first)
}

/**
 * Whether a signed reveal may enter: its hash is among the commits, and this is its epoch. What is too late is told as too early.
 *
 * @source spec: `spec/chain.md` 8.1, guard d
 */
export function whyNotRevealed(
  commits: readonly HashCommit[],
  [netuid, mechanism]: CommitsKey,
  commitHash: string,
  clock: () => RevealClock,
): RefusalOf<'NoWeightsCommitFound' | 'RevealTooEarly'> | null {
  const commit = commits.find(({ hash }) => hash === commitHash)
  if (commit === undefined) return refuse('NoWeightsCommitFound', { netuid, mechanism, commitHash })
  return whyNotNow(commit, clock())
}

/** Why there is no commit to what is revealed, or none that is due. */
export const COMMIT_SEARCH_REFUSALS = [
  'NoWeightsCommitFound',
  'ExpiredWeightCommit',
  'InvalidRevealCommitHashNotMatch',
  'RevealTooEarly',
] as const

/** The commits of a hotkey among which a reveal looks. */
export interface OpenCommits {
  /** Those that expired, and so are revealed no more. */
  readonly expired: readonly HashCommit[]
  readonly left: readonly HashCommit[]
  readonly clock: RevealClock
}

/** Finds the commit to what is revealed among those that are left. @returns its place, or why there is none that is due. */
export function findCommit(
  { expired, clock }: OpenCommits,
  left: readonly HashCommit[],
  commitHash: string,
): number | RefusalOf<'ExpiredWeightCommit' | 'InvalidRevealCommitHashNotMatch' | 'RevealTooEarly'> {
  const at = left.findIndex(({ hash }) => hash === commitHash)
  const commit = left[at]
  if (commit !== undefined) return whyNotNow(commit, clock) ?? at
  return expired.some(({ hash }) => hash === commitHash)
    ? refuse('ExpiredWeightCommit', { commitHash })
    : refuse('InvalidRevealCommitHashNotMatch', { commitHash })
}

function whyNotNow(commit: HashCommit, clock: RevealClock): RefusalOf<'RevealTooEarly'> | null {
  const { epochIndex } = clock
  const revealEpochIndex = commit.epochIndex + clock.periodEpochs
  return epochIndex === revealEpochIndex ? null : refuse('RevealTooEarly', { epochIndex, revealEpochIndex })
}
