import { asHotkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { commitmentsByRound } from '../state/commitmentTables.js'
import { timelockBuckets, timelockedCommits } from '../state/commitTables.js'
import { commitHashOf } from '../timelocks/BlockTimelocks.js'
import { deleteBucket } from '../timelocks/deleteBucket.js'
import type { FieldReveals } from '../timelocks/planFieldReveals.js'
import { type PlacedTimelock, planReveals } from '../timelocks/planReveals.js'
import { notePulse, roundsWith } from '../timelocks/pulses.js'
import { storeWeights } from '../weights/storeWeights.js'
import { readTimelockedWeights } from '../weights/timelockedWeights.js'
import { weightsFacts } from '../weights/weightsFacts.js'

/**
 * Takes in the rounds of the beacon that came with the block, opens the weights that are due, and forgets those that it is too late for. What
 * cannot be read, names another hotkey or does not keep the rules of the subnet is dropped.
 *
 * @returns what the block opens of commitments, for {@link revealCommitments}.
 * @source spec: `spec/chain.md` 8.5
 * PERF: as `planReveals`, and of each that is opened what setting the weights costs.
 */
export function revealTimelocked(context: BlockContext): readonly FieldReveals[] {
  const { state, config, block, timelocks } = context
  // Most chains have no time locks.
  const isNone = !state.hasAny(timelockBuckets) && !state.hasAny(commitmentsByRound)
  if (timelocks.rounds.length === 0 && isNone) return []
  const rounds = roundsWith(state, timelocks.rounds)
  for (const round of rounds.coming) notePulse(state, round)
  const { expired, due, opened, fields } = planReveals({ state, config, block }, rounds)
  for (const bucket of expired) deleteBucket(state, bucket)
  for (const one of opened) reveal(context, one)
  for (const { bucket, isSeen } of due) {
    if (!state.hasAny(timelockedCommits, ...bucket)) deleteBucket(state, bucket)
    else state.set(timelockBuckets, [...bucket], { ...state.required(timelockBuckets, ...bucket), isSeen })
  }
  return fields
}

function reveal(context: BlockContext, one: PlacedTimelock): void {
  const { state, emit } = context
  const { bucket, place, hotkey: signer } = one
  const [netuid, mechanism, epochIndex] = bucket
  state.delete(timelockedCommits, ...bucket, place)
  const hotkey = asHotkey(state.addressOf(signer))
  const text = context.timelocks.textOf(one)
  const row = text === null ? null : readTimelockedWeights(text, signer)
  const refused =
    row === null
      ? { error: 'CannotBeRead' }
      : storeWeights(context, weightsFacts(context, netuid, mechanism, signer), row)
  const which = { mechanism, hotkey, commitHash: commitHashOf(one.commit), epochIndex }
  if (refused === null) emit('TimelockedWeightsRevealed', netuid, which)
  else emit('TimelockedWeightsDropped', netuid, { ...which, error: refused.error })
}
