import { sleep, systemClock } from '../../clock/index.js'
import { hexOf } from '../../crypto/index.js'
import type { BlockInput, Ledger, Queries } from '../../ledger/index.js'
import type { Beacon, Pulse } from '../../timelock/index.js'
import { TimelockThreads } from './TimelockThreads.js'

type Lock = Queries['timelocksDue']['answer']['entries'][number]

/** What a block opens. */
export interface DueLocks {
  /** Those that come with it, and those of the locks. */
  readonly rounds: readonly number[]
  /** Each once, however many committed the same; none where nothing is locked. */
  readonly locks: readonly Lock[]
}

/** What is asked for at once. */
const PAGE = 1_000

/** Pulses that are made before sockets have a turn: about 16 ms. */
const PULSES_PER_TURN = 4

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
   * What the next block opens: locks to rounds that have come; `null` for nothing.
   *
   * Where a chain bounds the locks that a block opens, no more rounds come anew with it: each takes a pulse, whatever was locked to it. The others come with
   * the next blocks.
   *
   * PERF: a look-up per mechanism with commits where nothing is due; otherwise each that is.
   */
  dueAt(ledger: Ledger): DueLocks | null {
    const throughRound = ledger.info().head.number + 1
    const coming = ledger.query('timelockRoundsDue', { throughRound })
    const { timelockRevealsPerBlock: most } = ledger.config
    // Without a beacon a round is a number.
    return this.dueWith(ledger, this.#beacon === null || most === null ? coming : coming.slice(0, most))
  }

  /** What the next block opens if these rounds come with it; `null` for nothing. */
  dueWith(ledger: Pick<Ledger, 'query'>, coming: readonly number[]): DueLocks | null {
    if (this.#beacon === null) return coming.length === 0 ? null : { rounds: coming, locks: [] }
    const locks = new Map<string, Lock>()
    let from: number | null = 0
    while (from !== null) {
      const page: Queries['timelocksDue']['answer'] = ledger.query('timelocksDue', {
        rounds: coming,
        limit: PAGE,
        from,
      })
      for (const lock of page.entries) locks.set(`${lock.round} ${lock.commitHash}`, lock)
      from = page.next
    }
    const rounds = [...new Set([...coming, ...[...locks.values()].map(({ round }) => round)])]
    return rounds.length === 0 ? null : { rounds, locks: [...locks.values()] }
  }

  /** What the block is given where nothing is locked: rounds alone. `null` where {@link open} has to make pulses. */
  plainInput({ rounds }: DueLocks): BlockInput | null {
    return this.#beacon === null ? { pulses: rounds.map((round) => ({ round })) } : null
  }

  /**
   * What the block is given: pulses, and the text of each lock, `null` where it cannot be opened.
   *
   * PERF: about 4 ms for each pulse, and 12 ms for each lock and thread.
   */
  async open({ rounds, locks }: DueLocks): Promise<BlockInput> {
    const pulses = await this.#pulsesOf(rounds)
    const texts = await this.#threads.open(
      locks.flatMap(({ round, commit }) => {
        const pulse = pulses.get(round)
        return pulse === undefined ? [] : [{ container: commit, pulse }]
      }),
    )
    return {
      pulses: [...pulses.values()],
      texts: locks.map(({ round, commitHash }, at) => ({ round, commitHash, text: texts[at] ?? null })),
      // This chain's own, opened a moment ago.
      timelocksVerified: true,
    }
  }

  async #pulsesOf(rounds: readonly number[]): Promise<Map<number, Pulse>> {
    const pulses = new Map<number, Pulse>()
    for (const [at, round] of rounds.entries()) {
      // Of the machine's own time: that of a network stands still until the block is made.
      if (at > 0 && at % PULSES_PER_TURN === 0) await sleep(systemClock, 0)
      if (this.#beacon !== null) pulses.set(round, this.#beacon.pulse(round))
    }
    return pulses
  }

  async close(): Promise<void> {
    await this.#threads.close()
  }
}
