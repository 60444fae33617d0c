import { listOf, wholeNumber } from '../../checks/index.js'
import { asHotkey, type Hotkey, type Netuid } from '../../units/index.js'
import { commitHashOf } from '../timelocks/BlockTimelocks.js'
import { roundsWaitedFor } from '../timelocks/planReveals.js'
import { MAX_PULSES } from '../timelocks/timelockInput.js'
import { openedWith } from '../timelocks/timelocksOfBlock.js'
import { DEFAULT_PAGE, limit } from './arguments.js'
import { argument, defineQuery, leftOut } from './defineQuery.js'
import type { Page } from './page.js'

/** A time lock that the next block opens: weights, or a field of a commitment. */
export interface TimelockView {
  readonly netuid: Netuid
  /** Of weights; `null` for a field of a commitment. */
  readonly mechanism: number | null
  readonly hotkey: Hotkey
  /** The round that it was locked to: the block needs its pulse. */
  readonly round: number
  /** Hex, 32 bytes: by this the block is given its text. */
  readonly commitHash: string
  readonly commit: Uint8Array
}

/**
 * The time locks that the next block opens if pulses of these rounds come with it: those of weights, then those of commitments. Whoever makes the block
 * opens them and gives it their texts.
 */
export const timelocksDue = defineQuery(
  {
    rounds: argument<readonly number[]>(listOf(wholeNumber({ min: 1 }), { max: MAX_PULSES })),
    limit,
    from: leftOut(argument<number>(wholeNumber())),
  },
  (
    { state, config, recent },
    { rounds, limit: most = DEFAULT_PAGE, from = 0 },
  ): Page<TimelockView, number> => {
    const opened = openedWith({ state, config, block: recent.head.number + 1 }, rounds)
    const entries = opened.slice(from, from + most).map(({ hotkey, round, commit, ...lies }) => ({
      netuid: 'bucket' in lies ? lies.bucket[0] : lies.netuid,
      mechanism: 'bucket' in lies ? lies.bucket[1] : null,
      hotkey: asHotkey(state.addressOf(hotkey)),
      round,
      commitHash: commitHashOf(commit),
      commit: commit.slice(),
    }))
    return { entries, next: from + most < opened.length ? from + most : null }
  },
)

/**
 * Rounds that time locks wait for which the next block could open, and that the chain does not know: those up to `throughRound`, the last one that
 * the beacon has published; at most 1,000. Whoever makes the block brings their pulses.
 */
export const timelockRoundsDue = defineQuery(
  { throughRound: argument<number>(wholeNumber()) },
  ({ state, config, recent }, { throughRound }): readonly number[] =>
    roundsWaitedFor({ state, config, block: recent.head.number + 1 }, throughRound, MAX_PULSES),
)

/** By whose rounds time locks open: the beacon's public key as hex, `null` where nothing is locked, and the last round that the chain knows. */
export const beacon = defineQuery({}, ({ state, config }) => ({
  publicKey: config.timelockBeacon,
  lastRound: state.chain.lastPulseRound,
}))
