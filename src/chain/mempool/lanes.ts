import type { CallName, OpenedCall, Standing } from '../../ledger/index.js'

/**
 * Why a call may wait, from the best reason on: stake with its signer as a hotkey; what registered hotkeys have to say, who often
 * own nothing; balance of the signer.
 */
export const LANES = ['stake', 'duty', 'balance'] as const

export type Lane = (typeof LANES)[number]

/** Part of all places that no other lane can take from it, while it wants them. They add up to all. */
export const LANE_SHARES: Readonly<Record<Lane, number>> = { stake: 1 / 2, duty: 1 / 4, balance: 1 / 4 }

/** Calls of one hotkey that may wait for its registration alone. */
const DUTY_CALLS = 2

/** What a registered hotkey is there to say. */
const DUTIES: ReadonlySet<string> = new Set<CallName>([
  'setWeights',
  'commitWeights',
  'commitTimelockedWeights',
  'revealWeights',
  'batchRevealWeights',
  'serveAxon',
])

/** A larger call takes as many places as it has this many bytes. */
const PLACE_BYTES = 4_096

/** Where a call stands in one lane; of two the higher level stays. */
export interface Rank {
  readonly lane: Lane
  readonly level: number
}

/** Places that a call takes: by its bytes or, where that is more, by the calls that a block counts it as. */
export function placesOf({ byteLength, parts }: OpenedCall): number {
  return Math.max(Math.ceil(byteLength / PLACE_BYTES), parts)
}

/**
 * The lanes that a call may wait in, the best first.
 *
 * Its level is the stake or balance behind it by place: what there is divided by the places that its signer takes up to and with this
 * call. So whoever holds k places at a level had to own k times the level, over however many accounts it is split.
 *
 * @param index - calls of the signer before it.
 * @param placesThrough - places of the signer up to and with it.
 */
export function ranksOf(call: OpenedCall, standing: Standing, index: number, placesThrough: number): Rank[] {
  const { stakeAlpha, balanceRao, isRegistered } = standing
  const isDuty = isRegistered && DUTIES.has(call.name)
  const ranks: Rank[] = []
  if (stakeAlpha > 0n) ranks.push({ lane: 'stake', level: Number(stakeAlpha) / placesThrough })
  if (isDuty && index < DUTY_CALLS) ranks.push({ lane: 'duty', level: 1 / placesThrough })
  ranks.push({ lane: 'balance', level: Number(balanceRao) / placesThrough })
  return ranks
}
