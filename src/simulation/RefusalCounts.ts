import type { FinalizedBlock } from '../ledger/index.js'

/** Calls of one name that the rules refused by one name. */
export interface RefusedCalls {
  readonly callName: string
  /** Why: a name of `docs/refusals.md`. */
  readonly error: string
  readonly count: number
}

/** What the rules refused since a network was founded. As many entries at most as there are names. */
export class RefusalCounts {
  readonly #counts = new Map<string, RefusedCalls>()

  add({ receipts }: Pick<FinalizedBlock, 'receipts'>): void {
    for (const { callName, refusal } of receipts) if (refusal !== null) this.#add(callName, refusal.error, 1)
  }

  /** The most frequent first. */
  get list(): readonly RefusedCalls[] {
    const byName = (a: RefusedCalls, b: RefusedCalls): number => (nameOf(a) < nameOf(b) ? -1 : 1)
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || byName(a, b))
  }

  /** For a snapshot. */
  encode(): [callName: string, error: string, count: number][] {
    return this.list.map(({ callName, error, count }) => [callName, error, count])
  }

  /** Goes on from what {@link encode} gave. @returns whether it is of this form. */
  load(entries: readonly unknown[]): boolean {
    return entries.every((entry) => {
      if (!Array.isArray(entry) || entry.length !== 3) return false
      const [callName, error, count]: readonly unknown[] = entry
      if (typeof callName !== 'string' || typeof error !== 'string' || typeof count !== 'number') return false
      this.#add(callName, error, count)
      return true
    })
  }

  #add(callName: string, error: string, by: number): void {
    const name = nameOf({ callName, error })
    this.#counts.set(name, { callName, error, count: (this.#counts.get(name)?.count ?? 0) + by })
  }
}

const nameOf = ({ callName, error }: Pick<RefusedCalls, 'callName' | 'error'>): string =>
  `${callName} ${error}`
