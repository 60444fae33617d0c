import { assert } from '../errors/index.js'
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
  /** Hashes of those that are being saved or sent. */
  readonly #underWay = new Set<string>()

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

  has(commitHash: string): boolean {
    return this.#kept.some((one) => one.commitHash === commitHash)
  }

  /** Keeps a commit of another hash, which is under way from now on. */
  add(commit: KeptCommit): void {
    assert(!this.has(commit.commitHash), 'a commit has a hash of its own')
    this.#kept = [...this.#kept, commit]
    this.#underWay.add(commit.commitHash)
  }

  /** Whether it is being saved or sent: that a chain does not know of it says nothing yet. */
  isUnderWay(commitHash: string): boolean {
    return this.#underWay.has(commitHash)
  }

  /** Its sending has ended, whatever came of it. */
  ended(commitHash: string): void {
    this.#underWay.delete(commitHash)
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
