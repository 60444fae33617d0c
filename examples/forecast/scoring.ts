import type { Hotkey, Uid } from 'subnetkit/units'
import { LEAD_DAYS } from './questions.js'

/** A miner's reply to a batch; no forecasts when it did not answer, or not in the agreed form. */
export interface Reply {
  readonly hotkey: Hotkey
  readonly uid: Uid
  readonly elapsedMs: number
  readonly highestC?: readonly (readonly number[])[] | undefined
}

/** Two batches of forecasts closer than this on average are one and the same work. */
const COPY_DISTANCE_C = 0.05

/**
 * Scores replies to one batch, each between 0 and 1.
 *
 * - No usable answer: 0.
 * - An answer that repeats an earlier one (within 0.05 °C on average): 0. First come, first served; at the same
 *   millisecond the lower uid counts as first.
 * - Any other answer: on every question the miners are ranked by their mean error over the days ahead, and a miner
 *   gets the share of the field it reaches: 1 for the best of n, 1/n for the worst, halves for ties. The score is
 *   the mean over the questions, so a model that is a little better on most days is ahead although one lucky day
 *   means nothing, and the poorest honest answer beats none.
 *
 * PERF: O(questions · replies²).
 */
export function scoreReplies(
  truths: readonly (readonly number[])[],
  replies: readonly Reply[],
): Map<Hotkey, number> {
  const scores = new Map<Hotkey, number>(replies.map(({ hotkey }) => [hotkey, 0]))
  const originals = firstOfEachAnswer(replies.filter((reply) => answersAll(reply, truths.length)))
  const errors = originals.map(({ highestC }) => truths.map((truth, q) => meanDistance(truth, highestC[q]!)))
  originals.forEach(({ hotkey }, mine) => {
    let sum = 0
    for (let q = 0; q < truths.length; q++) sum += placeOf(mine, q, errors)
    scores.set(hotkey, truths.length === 0 ? 0 : sum / truths.length)
  })
  return scores
}

type Answered = Reply & { readonly highestC: readonly (readonly number[])[] }

/** A batch with a wrong number of rows is no answer; the synapse's schema has already checked the rest. */
function answersAll(reply: Reply, count: number): reply is Answered {
  return reply.highestC?.length === count && reply.highestC.every((row) => row.length === LEAD_DAYS)
}

function firstOfEachAnswer(replies: readonly Answered[]): Answered[] {
  const byArrival = [...replies].sort((a, b) => a.elapsedMs - b.elapsedMs || a.uid - b.uid)
  const originals: Answered[] = []
  for (const reply of byArrival) {
    if (!originals.some((earlier) => batchDistance(earlier, reply) < COPY_DISTANCE_C)) originals.push(reply)
  }
  return originals
}

function batchDistance(a: Answered, b: Answered): number {
  let sum = 0
  for (let q = 0; q < a.highestC.length; q++) sum += meanDistance(a.highestC[q]!, b.highestC[q]!)
  return sum / a.highestC.length
}

function meanDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += Math.abs(a[k]! - b[k]!)
  return sum / a.length
}

/** Share of the field that does not beat this miner on one question, itself included; a tie counts half. */
function placeOf(mine: number, question: number, errors: readonly (readonly number[])[]): number {
  const own = errors[mine]![question]!
  let reached = 1
  errors.forEach((other, index) => {
    if (index === mine) return
    if (other[question]! > own) reached += 1
    else if (other[question] === own) reached += 0.5
  })
  return reached / errors.length
}
