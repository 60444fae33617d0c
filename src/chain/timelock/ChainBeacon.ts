import { hexOf } from '../../crypto/index.js'
import type { BlockInput, Ledger, Queries } from '../../ledger/index.js'
import type { Beacon } from '../../timelock/index.js'
import { TimelockThreads } from './TimelockThreads.js'

type Locks = Queries['timelocksDue']['answer']['entries']

/** What a block opens. */
export interface DueLocks {
  /** Of rounds that come with it, and of those that locks wait for. */
  readonly pulses: NonNullable<BlockInput['pulses']>
  /** None where weights are not locked. */
  readonly locks: Locks
}

/** What is asked for at once. */
const PAGE = 1_000

/**
 * The rounds of a chain in this process: one comes with every block, and has the block's number. Its beacon's secret is made anew for every
 * chain and lies in this process alone, neither in state nor in genesis; **whoever runs the process can read what is locked early**, and
 * what waits when the process ends is never opened. Without a beacon rounds come alike, and nothing is locked.
 *
 * A pulse is made, which takes 4 ms, for rounds that some lock waits for.
 */
export class ChainBeacon {
  readonly #beacon: Beacon | null
  readonly #threads = new TimelockThreads()

  constructor(beacon: Beacon | null) {
    this.#beacon = beacon
  }

  /** As hex, for genesis. */
  get publicKey(): string | null {
    return this.#beacon === null ? null : hexOf(this.#beacon.publicKey)
  }

  /**
   * What the next block opens: commits to rounds that have come; `null` for nothing.
   *
   * PERF: a look-up per mechanism with commits where nothing is due; otherwise each that is.
   */
  dueAt(ledger: Ledger): DueLocks | null {
    const throughRound = ledger.info().head.number + 1
    const waited = ledger.query('timelockRoundsDue', { throughRound })
    const beacon = this.#beacon
    if (beacon === null) {
      return waited.length === 0 ? null : { pulses: waited.map((round) => ({ round })), locks: [] }
    }
    const locks: Locks[number][] = []
    let from: number | null = 0
    while (from !== null) {
      const page: Queries['timelocksDue']['answer'] = ledger.query('timelocksDue', {
        rounds: waited,
        limit: PAGE,
        from,
      })
      locks.push(...page.entries)
      from = page.next
    }
    const rounds = new Set([...waited, ...locks.map(({ round }) => round)])
    return rounds.size === 0 ? null : { pulses: [...rounds].map((round) => beacon.pulse(round)), locks }
  }

  /** The texts of locks, in their order; `null` where one cannot be opened. PERF: about 12 ms for each lock and thread. */
  async open({ pulses, locks }: DueLocks): Promise<readonly (Uint8Array | null)[]> {
    const byRound = new Map(pulses.map((pulse) => [pulse.round, pulse]))
    const locked = locks.flatMap(({ commit, round }) => {
      const { signature } = byRound.get(round) ?? {}
      return signature === undefined ? [] : [{ container: commit, pulse: { round, signature } }]
    })
    return await this.#threads.open(locked)
  }

  /** What a block is given. */
  inputOf({ pulses, locks }: DueLocks, texts: readonly (Uint8Array | null)[]): BlockInput {
    return {
      pulses,
      texts: locks.map(({ round, commitHash }, at) => ({ round, commitHash, text: texts[at] ?? null })),
      // This chain's own, opened a moment ago.
      timelocksVerified: true,
    }
  }

  async close(): Promise<void> {
    await this.#threads.close()
  }
}
