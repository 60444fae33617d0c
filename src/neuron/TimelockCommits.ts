import type { BlockNumber, U16, Uid } from '../units/index.js'

/** Weights that the chain will open. */
export interface LockedWeights {
  /** Hex, 32 bytes: of what was committed. */
  readonly commitHash: string
  readonly block: BlockNumber
  /** The epoch that it belongs to. */
  readonly epochIndex: number
  readonly uids: readonly Uid[]
  readonly values: readonly U16[]
}

/** Time-locked commits kept at once: those of a reveal period of a hundred epochs, and some to spare. */
export const MOST_LOCKED_COMMITS = 128

/** A kept commit. */
interface Kept extends LockedWeights {
  /** Whether every block since it was committed has been seen, so that what was not seen did not happen. */
  readonly isFollowed: boolean
}

/**
 * Weights that a validator locked to a time and that the chain has not opened as far as is known, the oldest first. It is part of what its store
 * holds, so that a later run can tell what became of them; nothing else depends on it.
 */
export class TimelockCommits {
  #kept: readonly Kept[] = []
  #lastBlock: BlockNumber | undefined

  get all(): readonly LockedWeights[] {
    return this.#kept.map(({ isFollowed: _, ...locked }) => locked)
  }

  get size(): number {
    return this.#kept.length
  }

  /** Block of the last commit. */
  get lastBlock(): BlockNumber | undefined {
    return this.#lastBlock
  }

  /** Keeps one more. Where there is no room it keeps those that open sooner: what becomes of this one is not told. */
  add(locked: LockedWeights, { isFollowed }: Pick<Kept, 'isFollowed'>): void {
    this.#lastBlock = Math.max(this.#lastBlock ?? 0, locked.block)
    if (this.#kept.length < MOST_LOCKED_COMMITS) this.#kept = [...this.#kept, { ...locked, isFollowed }]
  }

  /** Takes over what an earlier run kept: what happened between the runs nobody saw. */
  resume(locked: readonly LockedWeights[]): void {
    for (const one of locked) this.add(one, { isFollowed: false })
  }

  /** Blocks were missed: what they opened nobody knows. */
  unfollow(): void {
    this.#kept = this.#kept.map((one) => ({ ...one, isFollowed: false }))
  }

  /** Removes the commit of this hash and epoch, and gives it: the oldest where there are several, which say the same. */
  take(commitHash: string, epochIndex: number): LockedWeights | undefined {
    const taken = this.#kept.find((one) => one.commitHash === commitHash && one.epochIndex === epochIndex)
    this.#kept = this.#kept.filter((one) => one !== taken)
    return taken
  }

  /** Removes those of epochs before one. @returns those among them whose blocks have all been seen. */
  takeBefore(epochIndex: number): readonly LockedWeights[] {
    const over = this.#kept.filter((one) => one.epochIndex < epochIndex)
    if (over.length > 0) this.#kept = this.#kept.filter((one) => one.epochIndex >= epochIndex)
    return over.filter(({ isFollowed }) => isFollowed)
  }
}
