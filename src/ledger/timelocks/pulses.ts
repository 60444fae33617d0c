import { knownPulses } from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'

/** Rounds of the beacon that are remembered, from the last one back. */
const KEPT_ROUNDS = 216_000

/** Rounds that one record has a bit for. */
const ROUNDS_PER_PAGE = 1_024

/** What a block knows of the beacon. */
export interface BlockRounds {
  /** Rounds that come with it: neither known before nor too old. */
  readonly coming: readonly number[]
  /** Whether a round has come, with the block or before, and is not too old. */
  isKnown(round: number): boolean
}

/** What a block knows of the beacon if it brings these rounds: the same before and after they are noted. */
export function roundsWith(state: LedgerState, rounds: readonly number[]): BlockRounds {
  const last = rounds.reduce((a, b) => Math.max(a, b), state.chain.lastPulseRound)
  const coming = rounds.filter((round) => round > last - KEPT_ROUNDS && !isKnownRound(state, round))
  const come = new Set(coming)
  return {
    coming,
    isKnown: (round) => round > last - KEPT_ROUNDS && (come.has(round) || isKnownRound(state, round)),
  }
}

/** The oldest round that is remembered if it came. */
export function oldestRound(state: LedgerState): number {
  return Math.max(1, state.chain.lastPulseRound - KEPT_ROUNDS + 1)
}

/** Whether a round of the beacon has come, and is not too old. */
export function isKnownRound(state: LedgerState, round: number): boolean {
  if (round < oldestRound(state)) return false
  const page = state.get(knownPulses, pageOf(round))
  return page !== undefined && ((page[byteOf(round)] ?? 0) & bitOf(round)) !== 0
}

/** Notes that a round has come, and forgets those that are too old. PERF: a page of 128 bytes; at most 212 of them are kept. */
export function notePulse(state: LedgerState, round: number): void {
  const { lastPulseRound } = state.chain
  const last = Math.max(lastPulseRound, round)
  if (round <= last - KEPT_ROUNDS) return
  const bits = state.get(knownPulses, pageOf(round))?.slice() ?? new Uint8Array(ROUNDS_PER_PAGE / 8)
  bits[byteOf(round)] = (bits[byteOf(round)] ?? 0) | bitOf(round)
  state.set(knownPulses, [pageOf(round)], bits)
  if (last === lastPulseRound) return
  state.setChain({ lastPulseRound: last })
  const oldest = pageOf(Math.max(0, last - KEPT_ROUNDS + 1))
  for (const [[page]] of state.range(knownPulses)) {
    if (page >= oldest) return
    state.delete(knownPulses, page)
  }
}

const pageOf = (round: number): number => Math.floor(round / ROUNDS_PER_PAGE)
const byteOf = (round: number): number => Math.floor((round % ROUNDS_PER_PAGE) / 8)
const bitOf = (round: number): number => 1 << (round % 8)
