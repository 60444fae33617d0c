import { MAX_UNREVEALED_COMMITS } from '../ledger/index.js'
import type { BlockNumber, U16, Uid } from '../units/index.js'

/** Weights whose hash was committed, or is about to be, with what it takes to reveal them. */
export interface KeptCommit {
  /** Hex, 32 bytes. */
  readonly commitHash: string
  /** The epoch that it belongs to, as far as is known. */
  readonly epochIndex: number
  /** Block that holds the commit; `null` until that is known. */
  readonly block: BlockNumber | null
  readonly uids: readonly Uid[]
  readonly values: readonly U16[]
  /** Numbers that nobody can guess. */
  readonly salt: readonly U16[]
  readonly versionKey: number
}

/** Commits kept at once: as many as a chain lets wait, and as many whose fate is unknown. */
export const MOST_KEPT_COMMITS = 2 * MAX_UNREVEALED_COMMITS

/** What a validator committed to by hash and has not revealed yet, the oldest first. It is part of what its store holds. */
export class WeightsCommits {
  #kept: readonly KeptCommit[]

  constructor(kept: readonly KeptCommit[] = []) {
    this.#kept = kept
  }

  get all(): readonly KeptCommit[] {
    return this.#kept
  }

  get isFull(): boolean {
    return this.#kept.length >= MOST_KEPT_COMMITS
  }

  /** Block of the last commit that is known to be in one. */
  get lastBlock(): BlockNumber | undefined {
    return this.#kept.findLast(({ block }) => block !== null)?.block ?? undefined
  }

  /** The same hash stands for the same row: it is kept once. */
  add(commit: KeptCommit): void {
    this.remove(commit.commitHash)
    this.#kept = [...this.#kept, commit]
  }

  /** Notes what a chain says of a commit. @returns whether that is news. */
  note(commitHash: string, { block, epochIndex }: Pick<KeptCommit, 'block' | 'epochIndex'>): boolean {
    const isNews = (one: KeptCommit): boolean =>
      one.commitHash === commitHash && (one.block !== block || one.epochIndex !== epochIndex)
    if (!this.#kept.some(isNews)) return false
    this.#kept = this.#kept.map((one) => (isNews(one) ? { ...one, block, epochIndex } : one))
    return true
  }

  remove(commitHash: string): void {
    this.#kept = this.#kept.filter((one) => one.commitHash !== commitHash)
  }
}
