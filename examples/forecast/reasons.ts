import type { EpochFrame } from 'subnetkit/metagraph'
import type { Alpha, Hotkey } from 'subnetkit/units'
import type { MinerRecord, Observations } from './observations.js'

/** Who a neuron is in this run. */
export interface Participant {
  readonly name: string
  readonly hotkey: Hotkey
  readonly role: 'miner' | 'validator' | 'owner'
  /** What it does, one clause. */
  readonly does: string
  /** A validator that copies the others' weights. */
  readonly copiesWeights?: boolean
}

/** What a neuron earned over all frames, and why: everything measured, nothing assumed from its name. */
export interface Earning extends Participant {
  readonly earnedAlpha: Alpha
  readonly reason: string
}

/** Explains everybody's pay, in the order of the participants. */
export function explainEarnings(options: {
  readonly participants: readonly Participant[]
  readonly frames: readonly EpochFrame[]
  readonly observations: Observations
}): Earning[] {
  const { participants, frames, observations } = options
  const ranking = participants
    .filter(({ hotkey }) => observations.of(hotkey).placed > 0)
    .sort((a, b) => observations.of(b.hotkey).meanScore - observations.of(a.hotkey).meanScore)
    .map(({ hotkey }) => hotkey)
  const honestYield = meanYield(
    participants.filter((one) => one.role === 'validator' && !one.copiesWeights),
    frames,
  )
  return participants.map((participant) => {
    const { hotkey, role } = participant
    const reasons = [participant.does]
    if (role === 'miner') {
      const rank = { place: ranking.indexOf(hotkey) + 1, of: ranking.length }
      reasons.push(minerReason(observations.of(hotkey), rank))
    } else if (role === 'validator') reasons.push(validatorReason(participant, frames, honestYield))
    return { ...participant, earnedAlpha: earnedBy(hotkey, frames), reason: sentence(reasons) }
  })
}

const sentence = ([first = '', ...rest]: readonly string[]): string =>
  [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join('; ')

/** Alpha paid on a hotkey over all frames. */
export function earnedBy(hotkey: Hotkey, frames: readonly EpochFrame[]): Alpha {
  return frames.reduce((sum, { metagraph, earnedAlpha }) => {
    const uid = metagraph.uidOf(hotkey)
    return sum + (uid === undefined ? 0n : earnedAlpha[uid]!)
  }, 0n)
}

/** So many calls in a row without a reply end the pay: one more than the mechanism tolerates. */
const SILENCE = 2

function minerReason(record: MinerRecord, rank: { place: number; of: number }): string {
  const { asked, placed, copy, malformed, silent, silentInRow, lastReplyEpoch, meanScore } = record
  if (asked === 0) return 'nobody asked it'
  if (lastReplyEpoch === null) return `answered none of ${asked} batches`
  const silence =
    silentInRow >= SILENCE ? `, silent since epoch ${lastReplyEpoch + 1}: two misses end the pay` : ''
  if (copy > placed) return `${copy} of ${asked} answers repeat another miner's, and copies score 0${silence}`
  if (malformed > placed)
    return `${malformed} of ${asked} answers are of the wrong form and score 0${silence}`
  const misses = silence === '' && silent > 0 ? `, ${silent} of ${asked} batches missed` : ''
  return `mean score ${meanScore.toFixed(2)}, place ${rank.place} of ${rank.of}${misses}${silence}`
}

function validatorReason(
  participant: Participant,
  frames: readonly EpochFrame[],
  honestYield: number,
): string {
  const own = meanYield([participant], frames)
  const trust = meanTrust(participant.hotkey, frames)
  const paid = `trust ${percent(trust)}, ${own.toFixed(2)} alpha per 1000 staked`
  if (!participant.copiesWeights || honestYield === 0) return paid
  return `${paid}: ${percent(own / honestYield)} of what honest work earned`
}

/** Alpha earned per thousand alpha of the stake held when the run began, over all given validators. */
function meanYield(validators: readonly Participant[], frames: readonly EpochFrame[]): number {
  let earned = 0
  let staked = 0
  for (const { hotkey } of validators) {
    const first = frames.find(({ metagraph }) => metagraph.uidOf(hotkey) !== undefined)
    if (first === undefined) continue
    earned += Number(earnedBy(hotkey, frames))
    staked += Number(first.metagraph.row(first.metagraph.uidOf(hotkey)!).stakeAlpha)
  }
  return staked === 0 ? 0 : (1000 * earned) / staked
}

function meanTrust(hotkey: Hotkey, frames: readonly EpochFrame[]): number {
  const values = frames.flatMap(({ metagraph }) => {
    const uid = metagraph.uidOf(hotkey)
    // Before its first weights a validator has no trust to speak of.
    return uid === undefined || metagraph.weightsOf(uid).length === 0
      ? []
      : [metagraph.row(uid).validatorTrust]
  })
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`
