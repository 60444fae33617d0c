import type { BlockHeader, SubnetView } from '../ledger/index.js'
import { weightsCommitHash } from '../ledger/index.js'
import type { BlockNumber } from '../units/index.js'
import { landingEpoch } from './landingEpoch.js'
import type { LockedWeights } from './TimelockCommits.js'
import type { CommitForm } from './validatorEvents.js'
import type { ValidatorSnapshot } from './validatorSnapshot.js'
import type { KeptCommit } from './WeightsCommits.js'

/** Where a chain stands on which a validator goes on. */
export interface ChainPlace {
  readonly head: Pick<BlockHeader, 'number'>
  readonly subnet: Pick<SubnetView, 'epochIndex' | 'nextEpochBlock'>
}

/** What a stored memory says of commits, looked at by what can be. */
export interface SoundCommits {
  readonly commits: readonly KeptCommit[]
  readonly locks: readonly LockedWeights[]
  /** Those that cannot be, and are left behind. */
  readonly unsound: readonly (Pick<LockedWeights, 'commitHash' | 'epochIndex'> & {
    readonly form: CommitForm
  })[]
}

/**
 * Leaves behind what nothing could ever be made of, and what would be waited for without end: commits of an epoch or a block that has not come, rows and
 * salts that do not give their hash. A commit by hash that is there twice is taken once.
 */
export function soundCommits(snapshot: ValidatorSnapshot, { head, subnet }: ChainPlace): SoundCommits {
  const newestEpoch = landingEpoch(subnet, head.number + 1)
  const hasCome = (one: { readonly epochIndex: number; readonly block: BlockNumber | null }): boolean =>
    one.epochIndex <= newestEpoch && (one.block ?? 0) <= head.number
  const commits = new Map<string, KeptCommit>()
  const unsound: SoundCommits['unsound'][number][] = []
  const leave = (form: CommitForm, { commitHash, epochIndex }: KeptCommit | LockedWeights): void =>
    void unsound.push({ form, commitHash, epochIndex })
  for (const commit of snapshot.commits) {
    if (!hasCome(commit) || !givesItsHash(snapshot, commit)) leave('hash', commit)
    else if (!commits.has(commit.commitHash)) commits.set(commit.commitHash, commit)
  }
  for (const lock of snapshot.locks) if (!hasCome(lock)) leave('timelock', lock)
  return { commits: [...commits.values()], locks: snapshot.locks.filter(hasCome), unsound }
}

function givesItsHash(
  { hotkey, netuid, mechanismId: mechanism = 0 }: ValidatorSnapshot,
  { commitHash, uids, values, salt, versionKey }: KeptCommit,
): boolean {
  return commitHash === weightsCommitHash({ hotkey, netuid, mechanism, uids, values, salt, versionKey })
}
