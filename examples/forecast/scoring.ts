import type { Status } from 'subnetkit/synapse'
import type { Hotkey, Uid } from 'subnetkit/units'
import { LEAD_DAYS } from './questions.js'

/** A miner's reply to a batch; forecasts only with status `ok`. */
export interface Reply {
  readonly hotkey: Hotkey
  readonly uid: Uid
  readonly status: Status
  readonly elapsedMs: number
  readonly highestC?: readonly (readonly number[])[] | undefined
}

/** What became of a reply: placed against the others, a copy of an earlier one, of the wrong form, or not there. */
export type Verdict = 'placed' | 'copy' | 'malformed' | 'silent'

/** A verdict and the score that goes with it, 0 to 1. */
export interface Judgement {
  readonly verdict: Verdict
  readonly score: number
}

/** Two batches of forecasts closer than this on average are one and the same work. */
const COPY_DISTANCE_C = 0.05

/**
 * Judges the replies to one batch.
 *
 * - No answer, or one of the wrong form: 0.
 * - An answer that repeats an earlier one (within 0.05 °C on average): 0. First come, first served; at the same
 *   millisecond the lower uid counts as first.
 * - Any other answer: for every day it forecasts the miners are ranked by their error, and a miner gets the share
 *   of the field it reaches: 1 for the best of n, 1/n for the worst, halves for ties. The score is the mean over
 *   all days of all questions, so a model that is a little better on most days is ahead although one lucky day
 *   means nothing, and the poorest honest answer beats none.
 *
 * PERF: O(questions · replies²).
 */
export function judgeReplies(
  truths: readonly (readonly number[])[],
  replies: readonly Reply[],
): Map<Hotkey, Judgement> {
  const usable = replies.filter((reply) => answersAll(reply, truths.length))
  const originals = firstOfEachAnswer(usable)
  const errors = originals.map(({ highestC }) => errorsOf(highestC, truths))
  const judgements = new Map<Hotkey, Judgement>()
  for (const { hotkey, status } of replies) {
    judgements.set(hotkey, {
      verdict: status === 'ok' || status === 'malformed' ? 'malformed' : 'silent',
      score: 0,
    })
  }
  for (const { hotkey } of usable) judgements.set(hotkey, { verdict: 'copy', score: 0 })
  originals.forEach(({ hotkey }, mine) => {
    const count = errors[mine]!.length
    let sum = 0
    for (let at = 0; at < count; at++) sum += placeOf(mine, at, errors)
    judgements.set(hotkey, { verdict: 'placed', score: sum / Math.max(1, count) })
  })
  return judgements
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

/** Error of each forecast, in °C: all days of the first question, then of the next. */
function errorsOf(highestC: Answered['highestC'], truths: readonly (readonly number[])[]): number[] {
  return truths.flatMap((truth, q) => truth.map((value, k) => Math.abs(value - highestC[q]![k]!)))
}

/** Share of the field that does not beat this miner on one forecast, itself included; a tie counts half. */
function placeOf(mine: number, at: number, errors: readonly (readonly number[])[]): number {
  const own = errors[mine]![at]!
  let reached = 1
  errors.forEach((other, index) => {
    if (index === mine) return
    if (other[at]! > own) reached += 1
    else if (other[at] === own) reached += 0.5
  })
  return reached / errors.length
}
