import type { Netuid } from '../../units/index.js'
import { isLocked } from '../commitments/CommitmentField.js'
import type { AccountId } from '../state/account.js'
import { commitments, commitmentsByRound, READY } from '../state/commitmentTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { type BlockRounds, oldestRound } from './pulses.js'

/** A locked field of a commitment, and where it lies. */
export interface PlacedField {
  readonly netuid: Netuid
  readonly hotkey: AccountId
  /** Among the fields of the commitment. */
  readonly place: number
  readonly round: number
  /** What was committed. */
  readonly commit: Uint8Array
}

/** What a block does to one commitment. */
export interface FieldReveals {
  readonly netuid: Netuid
  readonly hotkey: AccountId
  /** Fields that are opened, in order; none where the block has no room. */
  readonly opened: readonly PlacedField[]
  /** Whether it has others whose rounds have come. */
  readonly isReady: boolean
}

/**
 * Finds the locked fields of commitments that a block opens: those of rounds that come with it, and those that it finds ready, these first. Nothing is
 * changed.
 *
 * @param most - fields that the block opens at most; the others are ready for the next one.
 * @returns every commitment that it looked at, by netuid and hotkey.
 * @source spec: `spec/chain.md` 9.4
 * PERF: each commitment of those rounds, and of those that are ready as many as are opened.
 */
export function planFieldReveals(
  state: LedgerState,
  { coming, isKnown }: BlockRounds,
  most: number,
): readonly FieldReveals[] {
  if (!state.hasAny(commitmentsByRound)) return []
  const planned = new Map<string, FieldReveals>()
  let left = most
  const plan = (netuid: Netuid, hotkey: AccountId): void => {
    const key = `${netuid} ${hotkey}`
    if (planned.has(key)) return
    const ready = state
      .required(commitments, netuid, hotkey)
      .fields.flatMap((field, place) =>
        isLocked(field) && isKnown(field.revealRound)
          ? [{ netuid, hotkey, place, round: field.revealRound, commit: field.data }]
          : [],
      )
    const opened = ready.slice(0, left)
    left -= opened.length
    planned.set(key, { netuid, hotkey, opened, isReady: opened.length < ready.length })
  }
  for (const [[, netuid, hotkey]] of state.rangeFrom(commitmentsByRound, [READY])) {
    if (left === 0) break
    plan(netuid, hotkey)
  }
  for (const round of coming) {
    for (const [[, netuid, hotkey]] of state.range(commitmentsByRound, round)) plan(netuid, hotkey)
  }
  return [...planned.values()].sort((a, b) => a.netuid - b.netuid || (a.hotkey < b.hotkey ? -1 : 1))
}

/**
 * Rounds up to one, ascending, that locked fields wait for and that may still come.
 *
 * PERF: a look-up for each.
 */
export function* roundsOfFields(state: LedgerState, throughRound: number): Iterable<number> {
  if (!state.hasAny(commitmentsByRound)) return
  for (let round = oldestRound(state); ; round++) {
    const [next] = state.rangeFrom(commitmentsByRound, [], [round, 0, FIRST_ACCOUNT])
    if (next === undefined || next[0][0] > throughRound) return
    round = next[0][0]
    yield round
  }
}

const FIRST_ACCOUNT = '0'.repeat(64) as AccountId
